"""Pages of a surplus: the treasurer's way to a shared surplus, each member's own account, sums for the public."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.surplus import co_op


def test_from_a_file_of_hours_to_a_shared_surplus_by_the_pages(app: Flask, client: FlaskClient) -> None:
    _wren, _dana, people = co_op.founded()
    factories.sign_in(client, factories.officer("Sol", "treasurer", class_code="candidate"))

    def post(who: FlaskClient, path: str, at: str = "/surplus/periods", **data: object) -> str:
        answer = who.post(path, data={"csrf_token": factories.csrf(who, at), **data})
        assert answer.status_code in (200, 303), answer.text
        return answer.location or answer.text

    here = post(client, "/surplus/periods", name="2026", starts_on="2020-01-01", ends_on="2020-12-31")
    text = "member,hours\n" + "".join(f"{name},{worked}\n" for name, worked in co_op.HOURS.items())
    looked = post(client, f"{here}/import", here, file=(io.BytesIO(text.encode()), "hours.csv"))
    assert "5 lines can be taken over" in looked
    assert post(client, f"{here}/import", here, text=text, take_over="1") == here
    share = {"surplus": "48,000", "how": "consent", "decided_on": "2021-01-05"}
    split = post(client, f"{here}/share", here, **share)
    for figure in ("$14,400", "$24,000", "$9,600", "$7,200", "$2,400"):
        assert figure in split
    run = post(client, f"{here}/share", here, put_up="1", **share)
    assert (
        client.post(f"{run}/confirm", data={"csrf_token": factories.csrf(client, "/surplus/periods")}).status_code
        == 403
    )
    other = app.test_client()
    factories.sign_in(other, factories.officer("Lin", class_code="candidate"))
    assert "Confirm the surplus of 2026" in other.get("/steward").text
    post(other, f"{run}/confirm")
    post(client, f"{run}/payouts")
    assert "asked for" in client.get(run).text
    public = app.test_client()
    assert "$14,400" in public.get("/surplus").text
    assert not [name for name in people if f">{name}<" in public.get("/surplus").text]
    factories.sign_in(public, people["Ana"])
    own = public.get("/me/surplus").text
    assert ("$4,320" in own, "$2,880" in own, "Dee" in own) == (True, True, False)
    assert "Your member account" in public.get("/me").text
    assert public.get(run).status_code == 403


def test_bad_input_stays_beside_its_field(client: FlaskClient) -> None:
    wren, _dana, _people = co_op.founded()
    number = co_op.recorded(wren)
    factories.sign_in(client, factories.officer("Sol", "treasurer", class_code="candidate"))
    for path, data, words in (
        ("", {"member": "Nobody", "hours": "5"}, "a member with a vote"),
        ("", {"member": "Ana", "hours": "many"}, "two decimals"),
        ("/others", {"others": "-5"}, "two decimals"),
        ("/share", {"surplus": "-5", "how": "consent", "decided_on": "2021-01-01"}, "negative"),
        ("/share", {"surplus": "5", "how": "dice", "decided_on": "2021-01-01"}, "Not a valid choice"),
        ("/import", {}, "empty"),
    ):
        here = f"/surplus/periods/{number}"
        answer = client.post(here + path, data={"csrf_token": factories.csrf(client, here), **data})
        assert (answer.status_code, words in answer.text) == (422, True), (path, data, answer.text[-3000:])
    assert client.get("/surplus/periods/99").status_code == 404
    assert client.get("/surplus/runs/99").status_code == 404
