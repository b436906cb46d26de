"""What nine businesses asked for in Round 2: seven on the ballot, one refused, one withdrawn. All of it is invented."""

from __future__ import annotations

from fund.demo.applying import Applicant
from fund.demo.people import FLATS, HILL, LOCKS

SALTGRASS = Applicant(
    title="Saltgrass Laundry Co-op",
    who="Saoirse Dunn",
    ask=11_500,
    product="revenue_share",
    neighbourhood=HILL,
    ownership="worker_owned",
    summary="Three heat-pump dryers, so that a wash costs less and the back room is no longer forty degrees in July.",
    purpose="Three dryers (9,600), wiring (1,200), taking the old ones away (700).\n\n"
    "The old dryers burn gas and half of what we earn in winter.",
    benefits="Five worker-owners and the 140 households on the Hill that have no machine of their own.",
    wages="All five are paid the living wage since the co-op began.",
    promise="Collecting and delivering by van.",
    memo="Gas cost 5,200 last year; the new dryers would need about 1,900 of electricity. Even at half that saving the "
    "share of sales can be carried. Dana Okonjo is one of the founders and took no part in this review.",
    reviewers=("Imani Walker", "Walter Pike"),
    asked=(
        ("Rafe Lindqvist", "Will the price of a wash go down?", "By fifty cents, and we have put that in writing."),
        ("Lina Petrov", "Can the wiring carry it?", "The electrician says yes; her letter is with the stewards."),
    ),
    plan="Order in the first month, wiring in the second, one dryer a week after that, so that we never close. Sales "
    "are read off the till on the last day of each month.",
)
SPOOL = Applicant(
    title="Second Spool Mending",
    who="Nadia Ruelas",
    ask=3_200,
    product="zero_interest",
    neighbourhood=FLATS,
    ownership="sole_owner",
    summary="An overlock machine, a table at the right height and the first year's thread for a mending workshop.",
    purpose="Overlock machine (1,500), cutting table (700), thread, zips and patches (1,000).",
    benefits="Whoever owns one good coat. A zip costs less here than a new jacket anywhere.",
    wages="I pay myself the living wage from the sixth month; the plan shows how.",
    promise="Making new clothes. I mend.",
    memo="She has mended at the market for four years and keeps a book of every piece. Three thousand is less than she "
    "earns in five months. The risk is small.",
    reviewers=("Kwame Mensah", "Greta Holm"),
    asked=(("Gilda Farrow", "Do you also mend tents?", "Yes, and backpacks. Please wash them first."),),
)
PRINT = Applicant(
    title="Locks Street Print Collective",
    who="Bao Tran",
    ask=7_800,
    product="zero_interest",
    neighbourhood=LOCKS,
    ownership="cooperative",
    summary="A ramp to our door, and a risograph that prints leaflets for every group in town at the price of paper.",
    purpose="Ramp with handrail (3,900), used risograph with two drums (3,400), paper for a start (500).",
    benefits="Eleven members, the groups that print with us, and everyone who cannot climb our three steps.",
    wages="Two part-time printers at the living wage; the others are volunteers.",
    promise="Advertising mail.",
    memo="The ramp has its permit. Orders for the risograph are promised by nine groups, which together would pay the "
    "monthly instalment. We asked for a second price for the ramp; it was higher.",
    reviewers=("Walter Pike", "Dana Okonjo"),
    asked=(("Pearl Okafor", "Is the ramp wide enough for my chair?", "One metre twenty. Come and try the drawing."),),
)
KESTREL = Applicant(
    title="Kestrel Home Care Workers",
    who="Amara Eze",
    ask=12_000,
    product="revenue_share",
    neighbourhood=FLATS,
    ownership="converting",
    summary="A licence and training, so that nine carers can leave the agency and own the work themselves.",
    purpose="State licence and insurance (6,800), training for nine (3,700), a telephone line and a roster (1,500).",
    benefits="Nine carers who keep what the agency keeps now, and about sixty people they look after.",
    wages="From the first day: two dollars an hour more than the agency pays.",
    promise="More clients than nine people can know by name.",
    memo="The largest ask of the round, and the one with most jobs. The licence takes four months, during which nobody "
    "earns by it; the plan carries that with savings of the members. If the licence is refused the insurance is paid "
    "back.",
    reviewers=("Priya Raman", "Imani Walker"),
    asked=(
        (
            "Theo Abbott",
            "What if the licence takes longer than four months?",
            "We stay with the agency until it is there. Nobody gives notice before.",
        ),
    ),
    plan="Licence and insurance first. Training on four Saturdays in the Lock House, while the licence is being "
    "decided. Then all nine give notice on the same day, with thirty days' warning to the people we care for.",
)
FERNBANK = Applicant(
    title="Fernbank Native Plants",
    who="Fern Delacroix",
    ask=6_500,
    product="zero_interest",
    neighbourhood=LOCKS,
    ownership="cooperative",
    summary="A tunnel, water and benches for a nursery of plants that were here before the mill was.",
    purpose="Growing tunnel (3,400), rain tanks and pipes (1,700), benches and trays (1,400).",
    benefits="Four members, the school garden, and the river bank, which the town plants with our seedlings.",
    wages="The living wage from the second season; until then we share what there is, as the plan says.",
    promise="Plants that need peat.",
    memo="The co-op is one year old, so its figures are young. The town's order for the river bank covers the first "
    "year's instalments. Frost is the risk; the tunnel is the answer to it.",
    reviewers=("Greta Holm", "Priya Raman"),
)
PANTRY = Applicant(
    title="Night Shift Pantry",
    who="Deshawn Pryor",
    ask=1_800,
    product="grant",
    neighbourhood=FLATS,
    ownership="informal",
    summary="A fridge, a shelf and a kettle at the bus depot, open from ten at night to six in the morning.",
    purpose="Used fridge (600), shelves and a lock box (400), food for the first three months (800).",
    benefits="Drivers, cleaners and nurses who come off a shift when every shop is closed.",
    wages="Volunteers only.",
    promise="Asking anybody why they need it.",
    memo="The depot gives the room and the electricity. Three bakeries have promised what is left over. It will not "
    "earn anything, hence a grant.",
    reviewers=("Dana Okonjo", "Kwame Mensah"),
    asked=(("Yasmin Haddad", "Is there something without pork or gelatine?", "Always one shelf, and it is marked."),),
)
BLUEBOTTLE = Applicant(
    title="Bluebottle Repair Café",
    who="Ike Rowan",
    ask=2_400,
    product="grant",
    neighbourhood=LOCKS,
    ownership="community",
    summary="Tools, testing gear and tea for a Sunday on which neighbours mend each other's toasters.",
    purpose="Tools (1,200), a tester for plugs and cables (600), insurance for a year (400), tea (200).",
    benefits="Anyone with a broken thing, and six people who like to take things apart.",
    wages="Volunteers only.",
    promise="Selling anything.",
    memo="Tried out on four Sundays last autumn: 71 things came, 52 left working. The tester is what the insurance asks "
    "for.",
    reviewers=("Walter Pike", "Greta Holm"),
)
MOSSY_LOG = Applicant(
    title="Mossy Log Café",
    who="Gilda Farrow",
    ask=4_800,
    product="zero_interest",
    neighbourhood=FLATS,
    ownership="partnership",
    summary="A counter, a stove and ten chairs for a café by the old log flume.",
    purpose="Counter (1,800), stove (1,900), chairs and tables from the sale of the mill (1,100).",
    benefits="A warm room in the Flats where one may sit all afternoon over one cup.",
    wages="Both of us at the living wage from the fourth month.",
    promise="A second café.",
    memo="A modest plan in a good place. The lease runs for three years.",
    reviewers=("Imani Walker", "Kwame Mensah"),
)
COVE_POINT = Applicant(
    title="Cove Point Charters",
    who="Lyle Brandvold",
    ask=9_000,
    product="zero_interest",
    neighbourhood=LOCKS,
    ownership="sole_owner",
    summary="An outboard motor and life jackets for fishing trips.",
    purpose="Outboard motor (7,600), twelve life jackets (1,400).",
    benefits="Visitors who like to fish, and the shops they buy from.",
    wages="I work alone; a deckhand would be paid the living wage.",
    promise="A second boat.",
    memo="The boat lies and sells its trips in Cove Point, twenty miles down the coast. Only the letter box is in Lower "
    "Locks.",
    reviewers=("Priya Raman", "Walter Pike"),
    phone="555 0177",
)
REFUSAL = (
    "The charter lets the fund give money to businesses in Port Alder. The boat lies in Cove Point and sells its trips "
    "there; a letter box in Lower Locks does not make it a business of this town."
)
APPEAL = "I was born in Lower Locks and half of my guests stay in Port Alder overnight."
ANSWER = (
    "We have looked again, and thank you for the list of guests. What the charter asks is where the business is, and that "
    "is Cove Point. The fund of that coast takes applications in spring; we have written to it about you."
)

ON_BALLOT = (SALTGRASS, SPOOL, PRINT, KESTREL, FERNBANK, PANTRY, BLUEBOTTLE)
