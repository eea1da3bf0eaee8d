"""The password rule that Django lacks: more than one kind of character. It stores nothing."""

from django.core.exceptions import ValidationError

KINDS = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())


class TwoKindsOfCharacters:
    """Refuses a password made of one kind of character only."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError unless two of the four kinds occur."""
        if sum(any(kind(character) for character in password) for kind in KINDS) < 2:
            raise ValidationError(self.get_help_text(), code="password_one_kind")

    def get_help_text(self) -> str:
        """The rule in the words of the user."""
        return "密码须至少包含小写字母、大写字母、数字、符号中的两种。"
