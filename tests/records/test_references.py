from records.references import new_reference


def test_a_reference_can_be_typed_after_a_command_and_is_never_the_same() -> None:
    made = [new_reference() for _ in range(2000)]
    assert not any(one.startswith("-") for one in made)
    assert len({*made}) == len(made)
    assert {len(one) for one in made} == {22}
