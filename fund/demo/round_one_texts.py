"""What the seven businesses of Round 1 asked for. Every word and figure is invented."""

from __future__ import annotations

from fund.demo.applying import Applicant
from fund.demo.people import FLATS, HILL, LOCKS

ALDER = Applicant(
    title="Alder Bread Co-op",
    who="Tomás Quiroga",
    ask=9_000,
    product="revenue_share",
    neighbourhood=FLATS,
    ownership="worker_owned",
    summary="A second deck oven, so that six worker-owners can bake for the school kitchen and the Saturday market.",
    purpose="A used deck oven with installation (7,900) and the electrician (1,100).\n\n"
    "Our one oven dates from 1988 and is full from three in the morning. The school kitchen has asked for 200 rolls a "
    "day; we had to say no twice.",
    benefits="Six worker-owners, two of them new, and 200 children who get bread baked in their own street.",
    wages="All six earn the living wage since last spring.",
    promise="A second shop. We want to stay a bakery one can walk to.",
    memo="Sales have grown slowly for three years and cover wages. The oven pays for itself in about four years if the "
    "school order comes, in six if it does not. A share of sales suits a bakery whose winters are quiet.",
    reviewers=("Walter Pike", "Imani Walker"),
    asked=(
        (
            "Hana Sato",
            "Will the shop stay open while the oven is put in?",
            "Yes. The electrician comes on two Mondays, our day of rest.",
        ),
        (
            "Kit Maddox",
            "What happens if the school does not order?",
            "Then we bake for the market and pay back slower.",
        ),
    ),
)
WHEELHOUSE = Applicant(
    title="Wheelhouse Bike Repair",
    who="Jamal Idris",
    ask=6_000,
    product="zero_interest",
    neighbourhood=FLATS,
    ownership="sole_owner",
    summary="Two repair stands, a wheel truing bench and a winter's stock of parts for the only bike shop in the Flats.",
    purpose="Stands and bench (2,600), parts (2,900), a bench for people who repair their own bicycle (500).",
    benefits="Everyone in the Flats who gets to work by bicycle, and two apprentices from the night school.",
    wages="The owner and both apprentices are paid the living wage; the plan shows it month by month.",
    promise="Selling new bicycles. There are enough old ones.",
    memo="Orders are booked three weeks ahead, so the stands will be used at once. The loan is small against a year's "
    "sales. The owner keeps tidy books and has no other debt.",
    reviewers=("Imani Walker", "Dana Okonjo"),
    asked=(("Pearl Okafor", "Do you repair wheelchairs?", "Yes, and those come first, on the same day if we can."),),
)
LUPE = Applicant(
    title="Lupe & Daughters Tamales",
    who="Lupe Arroyo",
    ask=5_000,
    product="zero_interest",
    neighbourhood=FLATS,
    ownership="partnership",
    summary="From a kitchen at home to a licensed one behind the laundromat: steamers, a sink, the permit.",
    purpose="Two steamers (2,100), a three-part sink and its plumbing (1,900), permit and inspection (1,000).",
    benefits="Three of us, and later two neighbours who cook as well as we do and have no licence either.",
    wages="We pay ourselves the living wage from the fourth month on, as the plan says.",
    promise="Freezing and shipping. Tamales are for the day they are made.",
    memo="Customers are there: the Saturday table sells out by eleven. What is missing is the permit, which the money "
    "pays for. Three quiet months at the start are in the plan; repayment begins after them.",
    reviewers=("Dana Okonjo", "Walter Pike"),
    asked=(
        ("Corinne Vance", "Will there be some without pork?", "Two of five kinds always: bean, and rajas with cheese."),
    ),
)
QUILT = Applicant(
    title="Quilt Street Childcare Circle",
    who="Beatrix Lund",
    ask=4_000,
    product="grant",
    neighbourhood=FLATS,
    ownership="informal",
    summary="Safe floors, a fence and cots for a circle of nine families who look after each other's children in turns.",
    purpose="Soft floor (1,400), fence and gate (1,500), cots and blankets (700), first-aid course for nine (400).",
    benefits="Nine families, fourteen children, and parents who can take a shift without asking what it costs.",
    wages="Nobody is paid: the families take turns. If they ever pay somebody, it is the living wage.",
    promise="A waiting list. If more families come, we help them start a circle of their own.",
    memo="A circle has no income to repay from, so this is a grant. The house belongs to one of the families, who has "
    "agreed in writing that floor and fence stay. The inspector has looked and asks for nothing more.",
    reviewers=("Walter Pike", "Dana Okonjo"),
)
LANTERNFISH = Applicant(
    title="Lanternfish Tool Library",
    who="Colm Reilly",
    ask=3_200,
    product="grant",
    neighbourhood=FLATS,
    ownership="community",
    summary="Shelves, a lending register and forty tools that most houses need twice a year.",
    purpose="Tools (2,300), shelves (500), a lockable cart for deliveries (400).",
    benefits="Whoever has a dripping tap and no wrench. Lending is free; members bring back what they take.",
    wages="Volunteers run it on three evenings a week; nobody is employed.",
    promise="Renting out machines for money.",
    memo="The room is free of rent for five years. Thirty people have promised tools of their own. The register is a "
    "paper book, which will do.",
    reviewers=("Imani Walker", "Walter Pike"),
    asked=(("Otto Brandt", "Who mends what comes back broken?", "Wheelhouse has offered to, one evening a month."),),
)
ROPEWALK = Applicant(
    title="Ropewalk Gym",
    who="Marcus Teel",
    ask=8_000,
    product="zero_interest",
    neighbourhood=HILL,
    ownership="sole_owner",
    summary="Six machines and a mirror wall for a gym in the old ropewalk.",
    purpose="Six used machines (6,500), mirrors (900), mats (600).",
    benefits="People on the Hill who would otherwise drive to the mall.",
    wages="Two part-time trainers at the living wage from the first day.",
    promise="A chain.",
    memo="It can be done as described. The plan needs ninety paying members in its first half year and so far names "
    "thirty-five; that is the risk, and the applicant says so openly.",
    reviewers=("Dana Okonjo", "Imani Walker"),
)
PIER_NINE = Applicant(
    title="Pier Nine Podcast",
    who="Viktor Halim",
    ask=2_600,
    product="grant",
    neighbourhood=LOCKS,
    ownership="informal",
    summary="Microphones and a year of hosting for conversations with people who work on the river.",
    purpose="Microphones and a recorder (1,600), hosting (400), transcripts of every episode (600).",
    benefits="Listeners, and people with hearing loss, who can read every word.",
    wages="Two volunteers; guests are not paid.",
    promise="Advertising.",
    memo="Cheap, feasible and well thought through. Nothing speaks against it but that money is short.",
    reviewers=("Walter Pike", "Imani Walker"),
)

APPLICANTS = (ALDER, WHEELHOUSE, LUPE, QUILT, LANTERNFISH, ROPEWALK, PIER_NINE)
