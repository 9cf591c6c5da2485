"""What an office agreed on about visits, read from its records: rules, manners, sweeps and how far these are."""

from datetime import date

from sqlalchemy import select
from sqlmodel import col

from gridclient.records.area import OrgUnit
from gridclient.records.people import Household
from gridclient.records.place import Dwelling
from gridclient.records.rounds import Campaign, CampaignState, DueRule, VisitManners
from gridclient.records.visit import Visit
from gridclient.rules import due, manners, progress
from gridclient.rules.progress import Progress, Sweep
from gridclient.store.doorways import alive
from sync.replica import Replica


def rules(replica: Replica) -> tuple[due.Rule, ...]:
    """The due rules in force."""
    return due.overlaid(replica.all(DueRule))


def agreed(replica: Replica) -> manners.Manners:
    """When nobody knocks, and how soon nobody knocks again."""
    return manners.agreed(replica.all(VisitManners))


def running(replica: Replica, today: date) -> tuple[Sweep, ...]:
    """The sweeps that want doors knocked on today, the one that ends first before the others."""
    c = Campaign
    found = replica.all(
        c,
        col(c.state) == CampaignState.OPEN.value,
        col(c.since) <= today,
        col(c.until) >= today,
        order=(col(c.until), col(c.id)),
    )
    return tuple(sweep_of(replica, campaign) for campaign in found)


def sweep_of(replica: Replica, campaign: Campaign) -> Sweep:
    """A campaign with the area codes of its grids; one without its days ends before it begins."""
    units = replica.all(OrgUnit, col(OrgUnit.id).in_(campaign.grids)) if campaign.grids else []
    return Sweep(
        campaign.title,
        campaign.since or date.max,
        campaign.until or date.min,
        tuple(unit.code or unit.area for unit in units),
        frozenset(campaign.buildings),
        everywhere=not (campaign.grids or campaign.buildings),
    )


def progress_of(replica: Replica, sweep: Sweep, today: date) -> Progress:
    """Knocks, meetings and households met since a sweep began, of the households it covers."""
    h, d, v = Household, Dwelling, Visit
    homes = replica.rows(
        select(col(h.id), col(d.area), col(d.building))
        .join(d, col(d.id) == col(h.dwelling))
        .where(alive(h), alive(d))
    )
    covered = {id_ for id_, area, building in homes if sweep.covers(area, building)}
    knocks = replica.rows(
        select(col(v.household), col(v.visited_on), col(v.outcome)).where(
            alive(v), col(v.visited_on).between(sweep.since, min(sweep.until, today))
        )
    )
    within = ((id_, on, outcome) for id_, on, outcome in knocks if id_ in covered)
    return progress.progress(within, len(covered), sweep.since, sweep.until)


def writable(replica: Replica, home: str) -> str:
    """The area in which this laptop may plan for the whole community: ``home``, or empty when that is the office's."""
    scope = replica.scope()
    return home if scope is None or any(home.startswith(area) for area in scope.areas) else ""


def own_area(replica: Replica, home: str) -> str:
    """The widest area in which this laptop may plan anything: the community, else the first grid it holds."""
    scope = replica.scope()
    return writable(replica, home) or (scope.areas[0] if scope and scope.areas else home)
