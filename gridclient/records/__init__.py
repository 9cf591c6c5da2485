"""What the community keeps: one module per drawer of the filing cabinet, in the order of the window's navigation."""

from gridclient.fields import RECORDS
from gridclient.records.area import DictionaryEntry, GridWorker, OrgUnit
from gridclient.records.care import Care
from gridclient.records.filed import FrozenLedger, FrozenPart
from gridclient.records.ledgers import KeptLedger
from gridclient.records.matter import Matter, MatterStep
from gridclient.records.party import CentreActivity, Pairing, PartyCentreHousehold, PartyMember, PartyOrg
from gridclient.records.people import Household, HouseholdEvent, Resident, TwoPeople
from gridclient.records.photo import Photo
from gridclient.records.place import Building, Dwelling
from gridclient.records.rounds import Campaign, DueRule, VisitManners
from gridclient.records.stewards import Helper, Steward
from gridclient.records.visit import Visit, VisitTask

__all__ = [
    "DRAWERS",
    "Building",
    "Campaign",
    "Care",
    "CentreActivity",
    "DictionaryEntry",
    "DueRule",
    "Dwelling",
    "FrozenLedger",
    "FrozenPart",
    "GridWorker",
    "Helper",
    "Household",
    "HouseholdEvent",
    "KeptLedger",
    "Matter",
    "MatterStep",
    "OrgUnit",
    "Pairing",
    "PartyCentreHousehold",
    "PartyMember",
    "PartyOrg",
    "Photo",
    "Resident",
    "Steward",
    "TwoPeople",
    "Visit",
    "VisitManners",
    "VisitTask",
]

DRAWERS = (
    "area",
    "place",
    "people",
    "party",
    "stewards",
    "visit",
    "rounds",
    "matter",
    "care",
    "photo",
    "ledgers",
    "filed",
)

for _name in sorted(RECORDS, key=lambda name: DRAWERS.index(RECORDS[name].drawer)):
    RECORDS[_name] = RECORDS.pop(_name)
