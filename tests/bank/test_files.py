"""Reading statements: three formats say the same, and what is wrong is refused with its place and what was expected."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ofxtools.Parser import OFXTree

from fund.bank import camt_statement, csv_statement, ofx_statement
from fund.bank.csv_statement import ColumnMap
from fund.bank.statement import MOST_LINES, Read, Unreadable, kind_of, minor, refuse_size, whole
from tests.bank.made import FORMATS, Said, as_camt, as_csv, as_ofx, as_ofx2

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
LINES = (
    Said(dt.date(2026, 3, 2), 150_00, "Müller & Sons", "Gift <thank you>", "A-1"),
    Said(dt.date(2026, 3, 2), 25_00, "Rosa Marín", "Dues", "A-2"),
    Said(dt.date(2026, 3, 17), -1_200_50, "Alder Bread Co-op", "MC-01-1", "A-3"),
)
MAPPING = ColumnMap(
    date="Date", amount="Amount", reference="Description", counterparty="Name", balance="Balance", currency="Currency"
)
READERS = {
    "csv": lambda data: csv_statement.read(data, MAPPING, "USD"),
    "ofx": lambda data: ofx_statement.read(data, "USD"),
    "ofx2": lambda data: ofx_statement.read(data, "USD"),
    "camt": lambda data: camt_statement.read(data, "USD"),
}


def refused(kind: str, data: bytes) -> Unreadable:
    """Why a file is refused."""
    with pytest.raises(Unreadable) as caught:
        whole(READERS[kind](data))
    return caught.value


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_says_the_same(kind: str) -> None:
    data = FORMATS[kind](LINES, 500_00, FIRST, LAST)
    assert kind_of(data) == kind.removesuffix("2")
    read = whole(READERS[kind](data))
    assert [(one.booked_on, one.amount_minor, one.counterparty, one.reference) for one in read.lines] == [
        (one.day, one.amount_minor, one.name, one.text) for one in LINES
    ]
    assert (read.opening_minor, read.closing_minor) == (500_00, -525_50)
    if kind != "csv":
        assert (read.from_on, read.to_on) == (FIRST, LAST)
        assert [one.external_id.split()[0] for one in read.lines] == ["A-1", "A-2", "A-3"]


@pytest.mark.parametrize("kind", ["csv", "camt"])
def test_lines_that_do_not_make_the_closing_are_refused_with_both_sums(kind: str) -> None:
    data = FORMATS[kind](LINES, 500_00, FIRST, LAST)
    wrong = refused(kind, data.replace(b"25.00", b"26.00", 1))
    assert wrong.code == "sum"
    assert {wrong.facts["should_minor"], wrong.facts["closing_minor"]} & {-525_50}
    assert len({wrong.facts["should_minor"], wrong.facts["closing_minor"]}) == 2


def test_an_ofx_is_checked_against_the_opening_that_a_person_tells() -> None:
    read = ofx_statement.read(as_ofx(LINES, 500_00, FIRST, LAST), "USD")
    assert whole(read).opening_minor == 500_00
    with pytest.raises(Unreadable, match="sum"):
        whole(Read(read.format, read.lines, read.from_on, read.to_on, 400_00, read.closing_minor))


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"", "empty"), (b"   \n", "empty"), (b"PK\x03\x04rest of an xlsx", "other_program"),
        (b"%PDF-1.7", "other_program"), (b"\xd0\xcf\x11\xe0 old xls", "other_program"), (b"a" * 7_000_000, "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused_before_it_is_read(start: bytes, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        refuse_size(start)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><Document><BkToCstmrStmt><Stmt><Id>&c;</Id></Stmt></BkToCstmrStmt></Document>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document>&a;</Document>"""


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, b"<!DOCTYPE html><html></html>"])
def test_a_camt_file_with_entities_or_a_document_type_is_refused(data: bytes) -> None:
    assert kind_of(data) == "camt"
    assert refused("camt", data).code == "declaration"


def test_without_the_protection_an_entity_would_be_read() -> None:
    """The control: the plain parser of the standard library takes the same bomb and lets it grow."""
    from xml.etree import ElementTree

    assert len("".join(ElementTree.fromstring(BOMB).itertext())) == 1000


@pytest.mark.parametrize("entity", [b"&evil;", b"&xxe;"])
def test_an_ofx_with_an_entity_of_its_own_is_refused(entity: bytes) -> None:
    for make in (as_ofx, as_ofx2):
        data = make(LINES, 0, FIRST, LAST).replace(b"Dues", entity)
        assert refused("ofx", data).code == "entity"
    assert (
        refused("ofx", as_ofx2(LINES, 0, FIRST, LAST).replace(b"<OFX>", b"<!DOCTYPE x [<!ENTITY evil 'x'>]><OFX>")).code
        == "declaration"
    )


@pytest.mark.parametrize("kind", FORMATS)
def test_another_currency_is_refused_and_named(kind: str) -> None:
    wrong = refused(kind, FORMATS[kind](LINES, 0, FIRST, LAST, currency="EUR"))
    assert (wrong.code, wrong.facts["found"], wrong.facts["currency"]) == ("currency", "EUR", "USD")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("amount", [b"1e3", b"25.001", b"9" * 20, b"NaN", b"25.00.00", b"abc", b"0x19", "٢٥".encode()])
def test_what_is_no_amount_is_named_with_its_place(kind: str, amount: bytes) -> None:
    wrong = refused(kind, FORMATS[kind](LINES, 500_00, FIRST, LAST).replace(b"25.00", amount, 1))
    assert wrong.code == "amount"
    assert wrong.path
    assert wrong.line is not None or "Ntry[2]" in wrong.path


@pytest.mark.parametrize("kind", FORMATS)
def test_a_day_that_is_none_is_named_with_its_place(kind: str) -> None:
    data = FORMATS[kind](LINES, 500_00, FIRST, LAST)
    wrong = refused(kind, data.replace(b"2026-03-17", b"2026-13-17").replace(b"20260317", b"20261317"))
    assert (wrong.code, bool(wrong.path)) == ("day", True)


def test_lines_of_nothing_are_left_away() -> None:
    for kind in FORMATS:
        read = whole(READERS[kind](FORMATS[kind]([*LINES, Said(LAST, 0, "", "a note of the bank")], 0, FIRST, LAST)))
        assert len(read.lines) == len(LINES)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_was_cut_off_is_refused(kind: str) -> None:
    data = FORMATS[kind](LINES, 500_00, FIRST, LAST)
    for end in range(len(data) // 2, len(data) - 20, 97):
        try:
            assert len(whole(READERS[kind](data[:end])).lines) < len(LINES) or kind == "csv"
        except Unreadable:
            continue
        assert kind == "csv", "a table that ends early is a shorter table; its sum is compared with what a person tells"


def test_wrong_encodings_and_nul_are_refused() -> None:
    latin = as_csv(LINES, 500_00, FIRST, LAST).decode().encode("cp1252")
    assert refused("csv", latin).code == "encoding"
    assert csv_statement.guessed(latin).encoding == "cp1252"
    assert refused("csv", as_csv(LINES, 500_00, FIRST, LAST).replace(b"Dues", b"Du\x00es")).code == "no_text"
    assert refused("ofx", as_ofx(LINES, 0, FIRST, LAST).replace(b"Dues", b"Du\x00es")).code == "no_text"
    assert refused("ofx", as_ofx(LINES, 0, FIRST, LAST).decode().encode("cp1252")).code == "encoding"
    assert refused("camt", as_camt(LINES, 0, FIRST, LAST).replace(b"Dues", b"Du\x00es")).code == "not_xml"


def test_too_many_lines_are_refused() -> None:
    many = [Said(FIRST, 100, "x", "y", str(i)) for i in range(MOST_LINES + 1)]
    assert refused("csv", as_csv(many, 0)).code == "too_many_lines"
    assert refused("ofx", as_ofx(many, 0, FIRST, LAST)).code == "too_many_lines"


def test_a_camt_entry_that_is_only_announced_is_no_line_and_a_side_is_needed() -> None:
    data = as_camt(LINES, 500_00, FIRST, LAST)
    pending = data.replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>", 1)
    assert len(camt_statement.read(pending, "USD").lines) == 2
    assert refused("camt", pending).code == "sum"
    assert refused("camt", data.replace(b"<CdtDbtInd>DBIT", b"<CdtDbtInd>MINUS")).code == "side"


def test_daily_statements_in_one_camt_are_read_as_one_when_they_follow() -> None:
    one = as_camt(LINES[:2], 500_00, FIRST, dt.date(2026, 3, 10)).decode()
    other = as_camt(LINES[2:], 675_00, dt.date(2026, 3, 11), LAST).decode()
    inner = other[other.index("<Stmt>") : other.index("</BkToCstmrStmt>")]
    both = one.replace("</BkToCstmrStmt>", inner + "</BkToCstmrStmt>").encode()
    read = whole(camt_statement.read(both, "USD"))
    assert (read.from_on, read.to_on, read.closing_minor, len(read.lines)) == (FIRST, LAST, -525_50, 3)
    assert refused("camt", both.replace(b"675.00", b"674.00")).code == "sum"
    apart = one.replace("</BkToCstmrStmt>", as_camt(LINES[2:], 674_00, dt.date(2026, 3, 11), LAST).decode().split("</GrpHdr>")[1]
                        .replace("</Document>", "").replace("</BkToCstmrStmt>", "") + "</BkToCstmrStmt>").encode()  # fmt: skip
    assert refused("camt", apart).code == "chain"


def test_two_columns_for_came_and_went_and_a_decimal_comma_and_lines_before_the_headings() -> None:
    text = (
        "Kontoauszug der Bank\r\n\r\nBuchungstag;Name;Verwendungszweck;Soll;Haben\r\n"
        '02.03.2026;"Müller; Söhne";Spende;;1.150,00\r\n17.03.2026;Bäcker;Rate;1.200,50;\r\n'
    )
    data = text.encode("cp1252")
    mapping = csv_statement.guessed(data)
    assert mapping.delimiter == "semicolon"
    assert (mapping.decimal, mapping.date_form, mapping.came, mapping.went) == (",", "DD.MM.YYYY", "Haben", "Soll")
    read = csv_statement.read(data, mapping, "EUR")
    assert [(one.amount_minor, one.counterparty) for one in read.lines] == [
        (1_150_00, "Müller; Söhne"),
        (-1_200_50, "Bäcker"),
    ]
    assert read.opening_minor is None
    both = data.replace(b";;1.150,00", b";3,00;1.150,00")
    with pytest.raises(Unreadable, match="both_sides") as caught:
        csv_statement.read(both, mapping, "EUR")
    assert (caught.value.line, caught.value.path) == (4, "Soll")


def test_the_newest_line_may_stand_first() -> None:
    rows = as_csv(LINES, 500_00).splitlines()
    read = whole(csv_statement.read(b"\n".join([rows[0], *reversed(rows[1:])]), MAPPING, "USD"))
    assert (read.opening_minor, read.closing_minor) == (500_00, -525_50)


def test_lines_that_say_the_same_have_names_of_their_own() -> None:
    same = [Said(FIRST, 150_00, "A neighbour", "Note")] * 3
    names = [one.external_id for one in whole(csv_statement.read(as_csv(same, 0), MAPPING, "USD")).lines]
    assert len(set(names)) == 3
    assert all(later.startswith(names[0]) for _one, later in pairwise(names))


@pytest.mark.parametrize(
    ("text", "decimal", "minor_units"),
    [("-1,234.50", ".", -123450), ("1.234,50-", ",", -123450), ("(12.00)", ".", -1200), ("1 234,5", ",", 123450),
     ("$5.00", ".", 500), ("USD 5", ".", 500), ("+5", ".", 500), ("−5.10", ".", -510), ("5.1000", ".", 510)],
)  # fmt: skip
def test_amounts_are_read_as_banks_write_them(text: str, decimal: str, minor_units: int) -> None:
    assert minor(text, "USD", decimal=decimal) == minor_units


@pytest.mark.parametrize("text", ["12.5", "1,5.0", "--5", "5 EUR", "1,2,3", "", "-", "()", "5,00,00"])
def test_what_is_no_amount_with_a_decimal_comma_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        minor(text, "USD", decimal=",")


def test_yen_have_no_decimals_and_dinars_three() -> None:
    assert (minor("500", "JPY"), minor("0.125", "KWD")) == (500, 125)
    with pytest.raises(ValueError):
        minor("5.5", "JPY")


@pytest.mark.parametrize("make", [as_ofx, as_ofx2])
def test_our_reading_of_ofx_is_that_of_another_program(make: object) -> None:
    """ofxtools, the library that others use, finds the same lines and the same balance."""
    data = make(LINES, 500_00, FIRST, LAST)  # type: ignore[operator]
    tree = OFXTree()
    tree.parse(io.BytesIO(data))
    theirs = tree.convert().statements[0]
    ours = whole(ofx_statement.read(data, "USD"))
    assert [(one.dtposted.date(), int(one.trnamt * 100), one.fitid) for one in theirs.transactions] == [
        (one.booked_on, one.amount_minor, one.external_id.split()[0]) for one in ours.lines
    ]
    assert int(theirs.balance.balamt * 100) == ours.closing_minor


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=st.sampled_from(sorted(FORMATS)))
def test_no_bytes_break_a_reader(data: st.DataObject, kind: str) -> None:
    """A file changed anywhere, or made of anything, is read or refused: nothing else."""
    good = bytearray(FORMATS[kind](LINES, 500_00, FIRST, LAST))
    for _n in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(good) - 1))
        good[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))
    for one in (bytes(good), data.draw(st.binary(max_size=200))):
        with suppress(Unreadable):
            whole(READERS[kind](one))
        csv_statement.guessed(one)
        csv_statement.headings(one, MAPPING)
