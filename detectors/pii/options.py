"""What a policy may set for the detector `pii`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticKnownError

from detectors.pii import kinds, ner
from detectors.pii.kinds import PREFIX
from detectors.pii.lists import AllowList, Denied  # noqa: TC001 - pydantic evaluates them
from detectors.pii.recognizers import RECOGNIZERS
from policyengine import Options

ENTITIES = tuple(entity.name for entity in kinds.ENTITIES)
"""All kinds that can be looked for, without their prefix."""
NAMED = ner.KINDS
"""Those that a pipeline finds."""
SHAPED = frozenset(row.kind.removeprefix(PREFIX) for row in RECOGNIZERS)
"""Those that have a shape; some have both."""


def _of(names: tuple[str, ...]) -> tuple[AfterValidator, object]:
    """What holds a text to a list of names, as an enumeration would, and tells editors of it."""

    def known(name: str) -> str:
        if name not in names:
            raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, names))})
        return name

    return AfterValidator(known), Field(json_schema_extra={"enum": list(names)})


_Entity = Annotated[str, *_of(ENTITIES)]
_Named = Annotated[str, *_of(NAMED)]


class PiiOptions(Options):
    """What the detector `pii` looks for, and how."""

    entities: Annotated[tuple[_Entity, ...], Field(min_length=1)] | None = None
    """The kinds to look for, without their prefix `pii.`. Default: all that the installation can
    find; names of people, places and organisations, and addresses, need the extra `ner`."""
    phone_regions: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ("US", "GB")
    """Regions (ISO 3166-1 alpha-2) whose numbers are found without a country code."""
    models: dict[str, str] = Field(dict(ner.DEFAULT))
    """Pipelines by language: `packaged`, or one of spaCy, an installed package or a folder (extra
    `spacy`); the language `xx` is for all others. With none, only what has a shape is found."""
    language: str | None = None
    """The language of all texts, one of `models`. Default: told from each text, where there are
    several."""
    labels: dict[str, _Named] = Field(default_factory=dict)
    """Labels of your own pipelines, with the kind that each stands for."""
    addresses: Literal["whole", "parts"] = "whole"
    """How a postal address is told: `whole` is all of it as one `street_address`; `parts` is its
    street with number and unit as `street_address`, and town, region, postal code and country as a
    `location` each."""
    tables: bool | None = None
    """Look at the cells of tables, CSV and JSON within a text one by one too, in the light of their
    headings. Needs whole passages, as names do. Default: where names are looked for."""
    allow: AllowList = ()
    """What is never reported: values, exactly as they stand in the text, or objects."""
    deny: tuple[Denied, ...] = ()
    """Terms that are always reported, with score 1."""
    surrogate_locale: Annotated[str, Field(pattern=r"^[a-z]{2,3}_[A-Z]{2}$")] = "en_US"
    """Where the names and places of surrogates are from, one of Faker's locales."""

    @property
    def looks_for(self) -> tuple[str, ...]:
        """The kinds that are looked for, without their prefix."""
        if self.entities is not None:
            return self.entities
        return tuple(name for name in ENTITIES if self._reads or name in SHAPED)

    @property
    def names(self) -> frozenset[str]:
        """Those of them that a pipeline finds."""
        return frozenset(NAMED).intersection(self.looks_for if self._reads else ())

    @property
    def asks(self) -> frozenset[str]:
        """The kinds that a pipeline is asked for, with the places that make an address whole."""
        is_whole = self.addresses == "whole" and "street_address" in self.names
        return self.names | {"location"} if is_whole else self.names

    @property
    def _reads(self) -> bool:
        """Whether there are pipelines; where none is asked for, their libraries may be missing."""
        is_asked = self.entities is not None or "models" in self.model_fields_set
        return bool(self.models) and (is_asked or ner.is_runnable())

    @property
    def looks_into_tables(self) -> bool:
        """Whether cells are looked at one by one."""
        return bool(self.names) if self.tables is None else self.tables

    @field_validator("phone_regions")
    @classmethod
    def _supported(cls, regions: tuple[str, ...]) -> tuple[str, ...]:
        try:
            from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - heavy, and may be missing
        except ImportError:
            return regions  # warming up says so
        unknown = [region for region in regions if region not in SUPPORTED_REGIONS]
        if unknown:
            raise ValueError(f"no numbering plan is known for: {', '.join(unknown)}")
        return regions

    @model_validator(mode="after")
    def _languages(self) -> Self:
        if self.models:
            ner.checked(self.models, self.language)
            return self
        shapeless = [name for name in self.entities or () if name not in SHAPED]
        if shapeless:
            raise ValueError(f"no models: nothing finds {', '.join(shapeless)}")
        return self
