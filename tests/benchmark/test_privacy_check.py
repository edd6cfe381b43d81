"""Texts that seem to tell who a child or a carer is, and texts that do not."""

import pytest

from tracker.benchmark.privacy_check import seems_to_name


@pytest.mark.parametrize(
    "text",
    [
        "Ella Example, aged 7, stayed with her aunt.",
        "a 7-year-old Ella Example",
        "We helped Child B last year.",
        "Their grandmother Mrs Example had no advice.",
        "The carer, Ella Example, had no advice.",
        "Mr and Mrs Example had no advice.",
        "Ella, aged 7, was heard.",
        "She looks after her grandson Sam.",
        "born on 3 May 2015",
        "DOB: 03/05/2015",
        "Write to carer.name@example.org.",
        "NHS number 943 476 5919",
        "UPN H801200001001",
    ],
)
def test_what_seems_to_name_somebody_is_noticed(text: str) -> None:
    assert seems_to_name([text]) != []


@pytest.mark.parametrize(
    "text",
    [
        "Special Guardianship Support is offered to children aged 5 to 11.",
        "The Virtual School Head advises every carer.",
        "Their carers met in March, 12-year-olds in June.",
        "Mrs Example, our Virtual School Head, met the Carer Reference Group.",
        "Ring 0300 123 4567 for advice.",
        "Section 22H(1) was met on 29 June 2026, says Cabinet paper 1234567890.",
    ],
)
def test_what_names_nobody_is_left_alone(text: str) -> None:
    assert seems_to_name([text]) == []
