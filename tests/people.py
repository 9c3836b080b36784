"""The people who ask: each with a real token, in a role, and with a standing recorded for one child."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from disclosure.assertion import PERSONAL
from gateway.issuer import ISS
from records.people import Purpose, Role, Standing
from tests.answers import Told
from tests.places import HOMES, NURSE_TEAM, SCHOOL, SERVICE

if TYPE_CHECKING:
    from tests.world import Child, World


@dataclass(frozen=True)
class Practitioner:
    """Somebody with a token, in a role, for an organisation, with a purpose."""

    world: "World"
    role: Role
    organisation: str
    subject: str
    purpose: Purpose

    @property
    def person(self) -> tuple[str, str]:
        """The issuer and what it calls them: what a personal standing is recorded for."""
        return (ISS, self.subject)

    def token(self) -> str:
        issuer = self.world.gateway.issuer
        assert issuer is not None
        return issuer.mint(self.role, self.organisation, self.subject)

    def asks(self, child: "Child | str", selection: str) -> Told:
        """The child's fields in ``selection``, as this person may have them."""
        document = f"query Ask($child: ID!) {{ child(id: $child) {{ __typename ... on Child {{ {selection} }} }} }}"
        named = child if isinstance(child, str) else child.id
        return self.sends(document, {"child": named})

    def sends(self, document: str, variables: dict[str, object] | None = None) -> Told:
        """A whole document of one's own."""
        reply = self.world.client.post(
            f"{self.world.url}/graphql",
            headers={"Authorization": f"Bearer {self.token()}"},
            json={
                "query": document,
                "variables": variables or {},
                "extensions": {
                    "access": {"purpose": self.purpose.value, "reason": "Casework in a test"}
                },
            },
        )
        return Told(reply)


class People:
    """Who there is to ask in a world; each method records the standing that its name says."""

    def person(
        self,
        role: Role,
        organisation: str,
        *,
        purpose: Purpose = Purpose.SAFEGUARD,
        subject: str | None = None,
    ) -> Practitioner:
        """Anybody, with no standing with any child unless it is recorded."""
        raise NotImplementedError

    def knows(
        self,
        child: "Child",
        role: Role,
        standing: Standing,
        organisation: str,
        *,
        purpose: Purpose = Purpose.SAFEGUARD,
    ) -> Practitioner:
        """Somebody in a role, for an organisation, who is something to this child."""
        somebody = self.person(role, organisation, purpose=purpose)
        person = somebody.person if standing in PERSONAL else None
        child.registers.stands(standing, organisation=organisation, person=person)
        return somebody

    # Social care

    def social_worker(self, child: "Child") -> Practitioner:
        """The child's allocated social worker, in the responsible authority."""
        return self.allocated(child, Role.SOCIAL_WORKER)

    def allocated(self, child: "Child", role: Role) -> Practitioner:
        """Somebody in another role who is allocated to the child: family help, youth justice."""
        return self.knows(child, role, Standing.ALLOCATED_WORKER, child.responsible.code)

    def manager(self, child: "Child", role: Role = Role.TEAM_MANAGER) -> Practitioner:
        """Somebody who manages the child's case in the responsible authority."""
        return self.knows(child, role, Standing.MANAGES_CASE, child.responsible.code)

    def reviewing_officer(self, child: "Child") -> Practitioner:
        """The child's independent reviewing officer."""
        role = Role.INDEPENDENT_REVIEWING_OFFICER
        return self.knows(child, role, Standing.REVIEWS_CARE, child.responsible.code)

    def of_responsible(self, child: "Child", role: Role) -> Practitioner:
        """Somebody in the authority that answers for the child: its front door, its co-ordinator."""
        return self.person(role, child.responsible.code)

    def of_host(self, child: "Child", role: Role) -> Practitioner:
        """Somebody in the authority in whose area the child lives."""
        return self.person(role, child.host.code)

    def host_coordinator(self, child: "Child") -> Practitioner:
        """The missing co-ordinator of the authority in whose area the child lives."""
        return self.of_host(child, Role.MISSING_COORDINATOR)

    def interviewer(
        self, child: "Child", role: Role = Role.RETURN_INTERVIEW_SERVICE
    ) -> Practitioner:
        """Whoever interviewed the child."""
        return self.knows(child, role, Standing.INTERVIEWS_CHILD, SERVICE)

    # Police

    def police_coordinator(self, child: "Child") -> Practitioner:
        """The missing-person co-ordinator of the force where the child lives."""
        return self.officer(child, Role.POLICE_MISSING_COORDINATOR)

    def officer(self, child: "Child", role: Role = Role.POLICE_OFFICER) -> Practitioner:
        """Somebody in the force that looks for the child."""
        return self.knows(child, role, Standing.INVESTIGATING_FORCE, child.host.force)

    # Health, education, placement, partners

    def nurse(self, child: "Child") -> Practitioner:
        """A nurse of the team for children looked after where the child lives."""
        purpose = Purpose.HEALTH_SUPPORT
        return self.knows(child, Role.CLA_NURSE, Standing.NURSE_TEAM, NURSE_TEAM, purpose=purpose)

    def head_teacher(self, child: "Child") -> Practitioner:
        """The head teacher of the child's school."""
        purpose = Purpose.EDUCATION
        return self.knows(child, Role.SCHOOL, Standing.CHILDS_SCHOOL, SCHOOL, purpose=purpose)

    def home_manager(self, child: "Child") -> Practitioner:
        """The registered manager of the home where the child is placed."""
        assert child.home is not None
        return self.person(Role.REGISTERED_MANAGER, HOMES[child.home], purpose=Purpose.CARE)

    def partner(self, child: "Child", role: Role, organisation: str = SERVICE) -> Practitioner:
        """Somebody of an organisation that the child's workers named as a partner."""
        return self.knows(child, role, Standing.NAMED_PARTNER, organisation)

    # Family, and who says so

    def mother(self, child: "Child") -> Practitioner:
        """The child's mother, who has parental responsibility."""
        standing, purpose = Standing.PARENTAL_RESPONSIBILITY, Purpose.CARE
        return self.knows(child, Role.PARENT_CARER, standing, "public", purpose=purpose)

    def uncle(self) -> Practitioner:
        """A man who says that he is an uncle; nobody knows whether he is."""
        return self.person(Role.ENQUIRER, "public", purpose=Purpose.LOCATE)
