"""What people ask in the situations: one selection for each category, with all its parts."""

from typing import Final

_WITHHELD: Final = (
    "withheld { item reason says rules { id paragraph quote } ask { label } duties { id } }"
)

IDENTITY: Final = "identity { state records { core { state familyName } } }"

EPISODE: Final = f"""
missingEpisodes {{
  state
  {_WITHHELD}
  records {{
    source {{ name }}
    status {{ state episodeState foundAt }}
    detail {{ state circumstances }}
    risk {{ state grade gradeAsSent }}
    assessment {{ state rationale }}
    lastSeen {{ state place }}
    safety {{ state knownSafe }}
  }}
}}
"""

INTERVIEW: Final = f"""
returnInterviews {{
  state
  {_WITHHELD}
  records {{
    confirmation {{ state heldAt }}
    safeguarding {{ state matters }}
    safeguardingProvider {{ state matters }}
    needs {{ state needs }}
    synopsis {{ state synopsis }}
    account {{ state account }}
    sensitive {{ state account }}
  }}
}}
"""

PLACEMENT: Final = f"""
placements {{
  state
  {_WITHHELD}
  records {{ detail {{ state placementType }} address {{ state postcode }} }}
}}
"""

PLAN: Final = f"""
triggerPlans {{
  state
  {_WITHHELD}
  records {{
    plan {{ state actions likelyPlaces }}
    associates {{ state associates {{ name address }} }}
    photo {{ state photoRef }}
    credentials {{ state credentials {{ platform username password }} }}
  }}
}}
"""

HEALTH: Final = f"""
health {{
  state
  {_WITHHELD}
  records {{ needs {{ state needs }} assessment {{ state assessedOn overdue }} record {{ state }} }}
}}
"""

INTELLIGENCE: Final = f"""
intelligence {{ state {_WITHHELD} records {{ report {{ state report }} }} }}
"""

_PLAN_PARTS: Final = "state writtenOn profile risks actions"

PLANS: Final = f"""
carePlans {{ state {_WITHHELD} records {{ plan {{ state startedOn permanence }} }} }}
placementPlans {{ state {_WITHHELD} records {{ plan {{ {_PLAN_PARTS} }} }} }}
preventionPlans {{ state {_WITHHELD} records {{ plan {{ {_PLAN_PARTS} }} }} }}
philomenaForms {{ state {_WITHHELD} records {{ form {{ {_PLAN_PARTS} }} }} }}
"""

SCHOOLING: Final = f"schooling {{ state {_WITHHELD} records {{ school {{ state name }} }} }}"

MEETINGS: Final = f"""
meetings {{
  state
  {_WITHHELD}
  records {{ called {{ state kind meetsOn }} minutes {{ state minutes withheld {{ item }} }} }}
}}
"""

DOCUMENTS: Final = ("carePlans", "placementPlans", "preventionPlans", "philomenaForms")
"""The fields of what councils plan for a child."""

EVERYTHING: Final = f"{IDENTITY}{EPISODE}{INTERVIEW}{PLACEMENT}{PLAN}{HEALTH}{INTELLIGENCE}"

AREAS: Final = (
    "Staffordshire",
    "Stoke-on-Trent",
    "Essex",
    "Somerset",
    "Lancashire",
    "North East Lincolnshire",
)
"""The authorities whose protocols the comparison names."""
