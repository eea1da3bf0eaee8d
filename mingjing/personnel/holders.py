"""Who holds which enforcement certificate, by its number: what a draw names, a person must come out of; only read."""

from collections.abc import Collection

from mingjing.personnel.models import Agency, Certificate, Person


def numbers_of(person: Person) -> set[str]:
    """Give the numbers of every certificate this person was ever issued."""
    return set(Certificate.objects.filter(person=person).values_list("number", flat=True))


def holders(numbers: Collection[str], agency: Agency) -> dict[str, str]:
    """Give the usernames of those in an agency who hold these certificates, by number."""
    rows = Certificate.objects.filter(number__in=numbers, person__agency=agency)
    return dict(rows.values_list("number", "person__username"))


def latest_numbers(usernames: Collection[str], agency: Agency) -> dict[str, str]:
    """Give the certificate that lasts longest of each of these officers of an agency; who has none is left out."""
    rows = Certificate.objects.filter(person__username__in=usernames, person__agency=agency)
    return dict(rows.order_by("valid_until").values_list("person__username", "number"))
