"""Everything the gateway raises.

* GatewayError
  + NotAuthenticated         no valid token
    - SignInUnchecked          whether it is valid cannot be said at the moment
  + MalformedIdentifier      an NHS number, person reference or authority code
  + WrongArgument            an argument that no question can have
  + PurposeRequired          a read of a child without saying why
  + NotRecorded              the decision could not be written down: nothing is released
  + SourceError              a system gave no usable answer
    - SourceUnavailable        unreachable, slow or failing: worth asking again
      . SourceHeldBack           it was not asked, by our own limits on asking
    - SourceRefused            it refused the gateway: credentials or agreement
      . NeedsExplicitAction      it was not asked: only a person's own action may ask it
        + NeedsSignIn              nor that, without a sign-in of their own there
    - SourceContractBroken     it answered in a shape its document excludes
      . NotSetUp                 it was not asked: the deployment does not name what that needs
  + Undeliverable            a notice reached nobody: escalates, is never dropped
  + IncompleteProtocol       a partnership file is wrong: the gateway won't start
  + WrongSettings            the deployment file or environment is wrong

No message carries personal data: identifiers print their last digits only, and
a source's own words are never passed on.
"""

from __future__ import annotations


class GatewayError(Exception):
    """Something Homeward could not do. The message says what, and what to do next."""


class NotAuthenticated(GatewayError):
    """No valid token came with the request."""


class SignInUnchecked(NotAuthenticated):
    """Whether the token is good cannot be said at the moment, so nobody is let in; worth asking again."""


class MalformedIdentifier(GatewayError):
    """An identifier that cannot be one of its kind; the message leaves its digits out."""


class WrongArgument(GatewayError):
    """An argument that no question can have, such as a page of no rows; its value is left out."""


class PurposeRequired(GatewayError):
    """A read of a child came without a purpose and a reason."""


class NotRecorded(GatewayError):
    """The ledger could not take the decision, so nothing was released."""


class SourceError(GatewayError):
    """One system gave no usable answer. ``source`` names it."""

    def __init__(self, source: str, message: str) -> None:
        """Name the system first: whoever reads this needs to know whom to ring."""
        super().__init__(f"{source}: {message}")
        self.source = source


class SourceUnavailable(SourceError):
    """Unreachable, slow or failing: worth asking again.

    ``retry_after`` is in seconds when the system itself said when.
    """

    def __init__(self, source: str, message: str, *, retry_after: float | None = None) -> None:
        """Keep the system's own advice on when to ask again, in seconds."""
        super().__init__(source, message)
        self.retry_after = retry_after


class SourceHeldBack(SourceUnavailable):
    """The system was not asked: it is given a rest, or is being asked as much as it may."""


class SourceRefused(SourceError):
    """The system refused the gateway itself: credentials or agreement."""


class NeedsExplicitAction(SourceRefused):
    """The system was not asked: it is asked only when a person asks that one system themselves."""


class NeedsSignIn(NeedsExplicitAction):
    """The system was not asked: it answers a person who has signed in to it themselves."""


class SourceContractBroken(SourceError):
    """The system answered in a shape that its document excludes."""


class NotSetUp(SourceContractBroken):
    """The system was not asked: the deployment does not name what that needs. The message says which setting."""


class Undeliverable(GatewayError):
    """A notice reached nobody. It escalates; it is never dropped."""


class IncompleteProtocol(GatewayError):
    """A partnership's file is wrong. The message gives file, line and what to do."""


class WrongSettings(GatewayError):
    """The deployment file or environment is wrong. The message is one plain line."""
