"""Word classes: which words do the same work in a message, so that a rule names the work and not the word.

Decides what counts as choosing, getting, a job, telling, and so on, far beyond the words of any sample. A word
has at most a few classes; close misspellings of its longer words count as the word. Assumes tokens.
"""

# Tables of words: long lines and split texts keep them readable.
# ruff: noqa: E501

from __future__ import annotations

from functools import cache

_WORDS = {
    # who
    "ME": "i me myself meself mine moi",
    "MY": "my mine",
    "YOU": "you yourself yourselves thee thou",
    "YOUR": "your yours",
    "PANEL": (
        "panel committee board team company firm school council trust department office hospital manager boss management partners "
        "governors trustees hr directors director group client chair principal head faculty society parish church college university "
        "agency practice clinic branch store shop plant hq lot gaffer foreman chef captain skipper county region powers recruiter "
        "recruiters employer leadership bosses owner owners elders vestry bench jury judges judge "
    ),
    "THIRD": "he she him her his hers they them their theirs",
    "OTHER": (
        "other others else another someone somebody anyone anybody everyone everybody candidates applicants applicant people folks folk "
        "whoever whomever lad bloke fella fellow guy girl lass chap woman man person one candidate"
    ),
    "KIN": (
        "mum mom mam mother mummy dad father sister brother wife husband missus hubby partner girlfriend boyfriend fiance fiancee nan gran "
        "granny grandma grandmother aunt auntie uncle cousin son daughter kids neighbour neighbor friend friends mate mates flatmate housemate housemates "
        "roommate buddy pal colleague landlord family parents spouse niece nephew hairdresser"
    ),
    # being chosen
    "CHOSEN": (
        "chosen picked selected hired appointed accepted successful shortlisted elected employed recruited engaged preferred nominated "
        "approved qualified unsuccessful promoted admitted enrolled signed cast drafted retained awarded voted matched allocated assigned "
        "favoured favored sifted confirmed recommended waitlisted wanted placed cleared named"
    ),
    "CHOOSE": (
        "choose chose pick select hire appoint accept employ recruit engage prefer elect nominate want wanting choosing picking selecting hiring "
        "appointing accepting employing recruiting having sign cast draft adopt fancy keep enlist plump plumped opted opt settled settle decide decided "
        "deciding fancied rate"
    ),
    "REJECTED": (
        "rejected declined dropped eliminated unsuccessful overlooked dismissed binned scrapped excluded disqualified refused discounted "
        "ditched failed"
    ),
    "REJECT": "reject decline eliminate refuse rejecting dropping drop ditch bin",
    "TAKE": "take took taken taking takin tooken",
    "GO": "go going gone went goes",
    "GIVE": "give gave given giving gives gie offer offered offering hand handed grant granted award awarded allot entrust entrusted",
    "GET": (
        "get got getting gotten gets land landed landing secure secured securing obtain obtained bag bagged nab nabbed win won clinch clinched "
        "earn earned score scored receive received make made making makin pass passed scale scaled crack cracked ace aced nail nailed "
        "snag snagged bagsied clear cleared qualify qualified advance advanced progressed proceed proceeded"
    ),
    "HAVE": "have has had having",
    "BE": "am is are was were be been being",
    "IN": "in through thru in/out aboard onboard",
    "ON": "on onto",
    "OUT": "out",
    "ONE": "one",
    "WE": "we us our ours",
    "IT": "it",
    "JOB": (
        "job role position post vacancy place spot gig opening seat slot berth apprenticeship internship traineeship placement fellowship "
        "contract appointment work posting residency scholarship bursary studentship lectureship professorship directorship assistantship "
        "clerkship tenure commission part chair desk patch trainee headship curacy employment partnership secondment squad crew "
        "round stage shortlist cut grade list interview final finals next vacency postion possition possie jobs"
    ),
    "ROLEWORD": (
        "tutor intern cook chef carer gardener porter pa cashier baker nurse teacher driver keeper assistant receptionist barista cleaner "
        "manager leader lead boatman lad man woman girl guy gal candidate hire recruit addition colleague employee apprentice clerk "
        "analyst engineer developer designer waiter waitress librarian organist verger guard host hostess mechanic fitter plumber electrician "
        "operator supervisor coordinator technician welder painter decorator joiner carpenter mason shepherd deckhand hand stylist groomer barber "
        "dispatcher member starter newbie rookie temp number bloke lass fella chap captain sparky chippy spark brickie labourer mate"
    ),
    "TEAMWORD": "team crew squad staff books rota payroll roster list board boat bus ship door van ward floor cast line-up lineup shortlist ranks fold",
    "MINE": "mine",
    "OFFER": "offer offers offered contract",
    "LETTER": "letter email mail contract paperwork",
    # asking
    "TELL": (
        "tell inform notify advise confirm intimate apprise enlighten say update reply respond answer write ring call text drop whisper disclose reveal "
        "share email message indicate clarify assure explain ping buzz shout signal verify"
    ),
    "KNOW": "know hear learn find told discover kno informed notified aware ascertain understand see gather apprised",
    "WONDER": (
        "wonder wondering wondered curious ask asking asks enquire inquire enquiring inquiring question query dying itching desperate eager keen "
        "anxious wondrin"
    ),
    "LET": "let",
    "IF": "if whether",
    "PLEASE": "please kindly",
    "MAY": "may might can could would should shall will must ought",
    "DO": "do did does done doing",
    "NOT": "not never no nor without neither",
    "NOTSAY": "nothing none nobody nowt",
    "YESNO": "yes no nay yay yea aye thumbs verdict outcome result results answer news",
    "CHANCE": "chance any possibility odds hope",
    "ASSUME": "assume presume conclude infer take gather believe suppose guess imagine understand safe right correct reasonable presumptuous premature wrong consider",
    "STILL": "still yet",
    "RUNNING": "running consideration considered contention contender shout frame mix",
    # the state of the search
    "STATUS": (
        "status progress timeline timetable timescale timeframe process search decision decisions update schedule stands stand along "
        "news word development developments state movement position filled closed open going available hold latest outcome closing"
    ),
    "STEP": "step steps stage stages round rounds phase",
    "WHEN": "when date day dates soon long how which what",
    "DECIDE": "decide decided deciding decision decisions made reached mind minds",
    "TIME": (
        "monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight week weeks month months year morning afternoon evening noon "
        "weekend days hours fortnight january february march april june july august september october november december spring summer "
        "autumn winter easter christmas mon tues wed thurs fri sat sun yesterday"
    ),
    "ELSEASK": "reference references certificate form document documents copy attachment file email feedback improve advice parking expenses reimbursement id portfolio further anything more",
    # presuming
    "START": "start starting started starts begin beginning commence commencing join joining joined onboard onboarding orientation induction training first",
    "KIT": (
        "uniform badge boots laptop locker keys key apron polo shirt overalls tunic scrubs helmet toolbelt tools scissors whites waterproofs shoes "
        "lanyard pass hi-vis vest hat cap headset gloves kit gear tabard blazer hoodie jersey mug desk login password photo picture size measurements "
        "pigeonhole card nameplate nametag suit jacket aprons goggles harness knives toolbox wellies robes gown"
    ),
    "NOTICE": (
        "notice resign resignation quit quitting resigning lease tenancy landlord flat move moving relocate relocating apartment apartments house "
        "mortgage deposit deposits caravan van train flight ticket tickets bus cancel cancelling book booking sell selling buy order school nursery childminder childcare pack "
        "packing unpack celebrate celebrating champagne cork party holiday holidays diary calendar"
    ),
    "PAY": "salary wage wages pay paid payslip payday rate bonus pension holidays allowance earn earning packet payroll bank",
    "TELLFAM": "tell telling announce announcing inform",
    "CONGRATS": "congratulations congratulate celebrate",
    "HOPE": "hope hoping hopes hopeful love loved delighted thrilled glad honoured honored happy proud overjoyed dream wish",
    "SUPPOSE": "suppose supposing assuming should were case event hypothetically",
    "OFFERED": "offered offer offers accepted signed",
    "SORRY": "sorry apologise apologize apologies forgive pardon cheeky cheek bold boldness direct directly blunt",
    "SHOULDNT": "shouldn't must",
    # courtesy and its lack
    "THANK": "thank thanks thanking thankful thankyou ta cheers thanked",
    "GRATEFUL": "grateful gratitude obliged indebted appreciative greatful appreciation thankful gratefully",
    "APPRECIATE": "appreciate appreciated appreciates appreciating",
    "INTERVIEW": (
        "interview time conversation chat talk meeting consideration opportunity chance visit tour hospitality patience kindness welcome discussion "
        "afternoon morning hour half-hour interviewing seeing meeting having showing taking letting making sparing speaking talking considering advice courtesy "
        "inviting trial audition call yesterday today tea coffee lunch day"
    ),
    "INTEREST": (
        "interested interest keen excited enthusiastic enthusiasm eager passionate thrilled delighted drawn stoked pumped buzzing gagging rapt "
        "excitement desire desperate dying itching mad"
    ),
    "WANT": "want wanted wants wanting desire wish love like dream dreamt",
    "WORKV": "work working join joining serve help build learn teach drive cook play coach be do have",
    "INSIST": "insist demand require expect expecting must need needs order instruct instructing",
    "DEADLINE": "by before until till within noon tonight today tomorrow deadline eod hours immediately asap cob once",
    "COMPLAIN": (
        "unacceptable disgusting disgraceful disgusted rude unprofessional ridiculous joke appalling shocking unbelievable insult insulting ashamed "
        "manners respect disrespectful courtesy decency pathetic shambles fair unfair wasted waste silence ignored ignoring ghosted "
        "disappointed disappointing annoyed fed sick tired patience patient messed strung fobbed excuse excuses complaint complain honest "
        "hanging dangling runaround disorganised disorganized poor upset unreasonable gutless cowardly hurt offended"
    ),
    "COUNTED": "first second third fourth fifth sixth twice thrice two three four five six seven eight nine ten eleven twelve times again last final finally",
    "CONTACTED": "emailed rang rung called phoned texted written wrote messaged left sent telephoned ring call email message voicemail voicemails emails calls messages letters",
    "THREAT": "review reviews complaint solicitor lawyer publicly public head facebook linkedin glassdoor post report union press paper expose withdraw withdrawing walk loss regret",
    "EXEMPT": "exception skip waive special straight differently ahead queue line bother",
}

_EXACT_ONLY = 6  # shorter words are too near to each other to guess at


@cache
def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for name, words in _WORDS.items():
        for word in words.split():
            table[word] = (*table.get(word, ()), name)
    return table


@cache
def _near_table() -> dict[str, str]:
    """Map each long word, and the word with any one letter left out, to the word."""
    near: dict[str, str] = {}
    for word in sorted(_table()):
        if len(word) >= _EXACT_ONLY:
            for place in range(len(word)):
                near.setdefault(word[:place] + word[place + 1 :], word)
    return near


def corrected(norm: str) -> str:
    """Give the listed word that a long word misspells by one letter (missing, extra, wrong or swapped), else the word itself."""
    if len(norm) < _EXACT_ONLY or len(norm) > 20 or norm in _table():
        return norm
    near = _near_table()
    if norm in near:
        return near[norm]
    for place in range(len(norm)):
        shorter = norm[:place] + norm[place + 1 :]
        if shorter in _table() and len(shorter) >= _EXACT_ONLY:
            return shorter if not norm.startswith(shorter) else norm
        if shorter in near and len(near[shorter]) == len(norm) and near[shorter][0] == norm[0] and norm[-2:] == near[shorter][-2:]:
            return near[shorter]
    return norm


def classes(norm: str) -> tuple[str, ...]:
    """Give the classes of a word; none for a word that does no listed work."""
    return _table().get(norm, ())
