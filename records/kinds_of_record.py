"""Every type of record, by the category it answers. A test says the table is whole."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from records.child import Identity, Involvement, LegalStatus, Placement
from records.education import Schooling
from records.episode import MissingEpisode, SafeAndWellCheck
from records.health import Health
from records.intelligence import Intelligence
from records.interview import ReturnInterview
from records.items import Category
from records.meeting import Meeting
from records.plans import CarePlan, PhilomenaForm, PlacementPlan, PreventionPlan
from records.record import Record
from records.trigger_plan import TriggerPlan

RECORD_OF: Final[Mapping[Category, type[Record]]] = MappingProxyType(
    {
        kind.category: kind
        for kind in (
            Identity,
            LegalStatus,
            Placement,
            Involvement,
            MissingEpisode,
            SafeAndWellCheck,
            ReturnInterview,
            TriggerPlan,
            Health,
            Intelligence,
            CarePlan,
            PlacementPlan,
            PreventionPlan,
            PhilomenaForm,
            Schooling,
            Meeting,
        )
    }
)
