"""Two password rules: long enough, said in Chinese, and more than one kind of character. It stores nothing."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

KINDS = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())


class LongEnough(MinimumLengthValidator):
    """Django's rule in Chinese: its own translation lacks the sentence."""

    def get_error_message(self) -> str:
        """The rule in the words of the user."""
        return self.get_help_text()

    def get_help_text(self) -> str:
        """The rule in the words of the user."""
        return f"密码至少要有 {self.min_length} 个字符。"


class KindsOfCharacters:
    """Refuses a password made of too few kinds of characters."""

    def __init__(self, kinds: int = 2) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError unless so many of the four kinds occur."""
        if sum(any(kind(character) for character in password) for kind in KINDS) < self.kinds:
            raise ValidationError(self.get_help_text(), code="password_few_kinds")

    def get_help_text(self) -> str:
        """The rule in the words of the user."""
        number = {2: "两", 3: "三", 4: "四"}[self.kinds]
        return f"密码须至少包含小写字母、大写字母、数字、符号中的{number}种。"
