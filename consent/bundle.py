"""The bundle of rules that a decision is made under. Reading the files is `protocols.load`'s."""

from protocols.bundle import NATIONAL, Bundle
from protocols.protocol import Ask
from protocols.rule import Effect, Rule, RuleRef

__all__ = ["NATIONAL", "Ask", "Bundle", "Effect", "Rule", "RuleRef"]
