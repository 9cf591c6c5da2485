"""How columns share the room of a table."""

from hypothesis import given, strategies as st

from gridclient.ui.widths import shared

widths = st.lists(st.tuples(st.integers(30, 400), st.integers(10, 600)), min_size=1, max_size=9)


def test_a_column_whose_texts_are_cut_gets_the_room_there_is_before_the_last():
    assert shared(500, [100, 100, 100], [90, 180, 60], 60) == [100, 180, 220]


def test_where_room_is_short_a_column_gives_what_it_does_not_need():
    assert shared(260, [100, 100, 100], [60, 100, 100], 60) == [60, 100, 100]


def test_where_that_is_not_enough_the_widest_gives_way():
    assert shared(300, [100, 200, 100], [100, 200, 100], 60) == [100, 100, 100]


def test_a_column_whose_texts_are_cut_gets_what_another_does_not_need():
    assert shared(300, [100, 100, 100], [60, 140, 100], 60) == [60, 140, 100]


def test_no_column_is_narrowed_below_the_least():
    assert shared(100, [100, 200, 100], [100, 200, 100], 60) == [60, 60, 60]


@given(widths, st.integers(0, 3000))
def test_columns_fill_the_room_and_exceed_it_only_at_their_least(columns, room):
    usual, needed = [u for u, _n in columns], [n for _u, n in columns]
    found = shared(room, usual, needed, 50)
    assert sum(found) == room or (sum(found) > room and all(w <= max(50, 0) for w in found))


@given(widths)
def test_whatever_fits_whole_is_shown_whole(columns):
    usual, needed = [u for u, _n in columns], [n for _u, n in columns]
    room = sum(needed) + len(needed)  # a pixel each for what is rounded
    assert all(w >= n for w, n in zip(shared(room, usual, needed, 50), needed, strict=True))
