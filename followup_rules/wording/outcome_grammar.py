"""How people put the outcome into words: who was chosen by whom for what, and in what kind of frame.

The patterns of two kinds. A *proposition* says that the writer was or was not chosen (`i was picked`, `you took
me on`, `the desk is mine`) or presumes it (`when do i start`). A *frame* says what is done with it: asked,
demanded, hoped, supposed, or expressly not asked. The part of a name before the dot is its group.
Assumes the lexicon's classes.
"""

# Tables of words: long lines and split texts keep them readable.
# ruff: noqa: E501

from __future__ import annotations

_PICKED = "CHOSEN|REJECTED|taken|took|tooken|hired|in|through|out|over|gone|aboard"
_JOB = "JOB|it|that|this|them"
_ELSE = "else|other|another|someone|somebody|anyone|others|internal|rival|OTHER"
_PANEL = "you|PANEL|they|we|he|she"

_WON = (
    "chosen|picked|selected|hired|accepted|successful|shortlisted|appointed|elected|employed|recruited|rejected|declined|unsuccessful|taken|"
    "engaged|preferred|voted|nominated|approved|drafted|cast|admitted|promoted|awarded|matched|enlisted|wanted|eliminated|dropped|overlooked|tooken|"
    "qualified|confirmed|favoured|placed|retained|signed|named|REJECTED|kept|sacked|binned|crowned|picks|pick|select"
)
_BEEN = f"{_WON}|offered|given|put|turned|found|ruled|let|passed|granted|moved|considered|sifted|knocked|awarded|allocated|assigned|handed|took|hire|accept|allotted"
_THING = (
    "it|job|role|position|post|place|spot|gig|part|apprenticeship|internship|vacancy|contract|start|berth|chair|desk|offer|nod|work|placement|"
    "postion|shift|cut|grade|shortlist|round|stage|list|team|squad|crew|final|finals|seat|slot|scholarship|fellowship|traineeship|appointment|"
    "opening|bed|bay|patch|commission|lead|JOB"
)
_BY = "you|they|u|PANEL|we|KNOWNBOSS"
_TAKES = (
    "choose|chose|chosen|choosing|pick|picked|picking|select|selected|selecting|hire|hired|hiring|take|took|taken|taking|accept|accepted|"
    "appoint|appointed|appointing|want|wanted|reject|rejected|prefer|preferred|elect|elected|employ|employed|employing|recruit|recruited|have|having|engage|engaged|"
    "like|liked|fancy|fancied|sign|signed|keep|keeping|turned|turning|ruled|put|putting|putting|bring|bringing|passed|dropped|picking|cast|voted|let"
)
_SOMEBODY = "someone|somebody|other|another|else|others|anyone|elsewhere|internal|stronger|better"

STRONG: dict[str, tuple[str, ...]] = {
    "self?": (
        f"am|was|were|is|be i|me|myself|man ~2 {_WON}",
        f"have|had|has|did i|me|man|myself|candidate|applicant ~1 been|be|get|got|getting ~1 {_BEEN}",
        "have|had|has|did|will|do|can|am|was|shall|would i|me|man ~1 pass|passed|failed|fail|qualify|qualified|succeed|succeeded|progressed|progress|advanced|advance|lose|lost|miss|missed out|on|the|through|in|it|or|my|this|and",
        "did|have|had|do i|we ~1 pass|passed|failed|fail|qualify|qualified|succeed|succeeded|progressed|convince|impress",
        "am|was i|me ~1 in|through|out|on|up|up|sorted|aboard ~1 or|then|and|now|with|yet|the",
        "am|was i|me ~1 going|getting|coming|starting|joining|working|moving|driving|cooking|teaching|to",
        "will|shall i|we ~1 be|get|have|make",
        f"is|was|has|have|had my|mine|hers name|application|candidature|candidacy|bid|interview|audition|trial ~2 {_BEEN}|on|in|up|positive|going",
    ),
    "got?": (
        f"did|have|has|do|does|had|will i|me|man|myself ~2 get|got|make|made|land|landed|win|won|have|secure|secured|bag|bagged|gotten|score|earn ~4 {_THING}",
        "did|have|has|do|does|had|will i|me|man ~2 get|got|make|made|gotten in|through|on|up|there|anywhere",
        "have|did i ~1 got|get|made|make it",
        "have i or|not|got|done ~1 or|it",
        "i got|get|have it|job ~1 or|right|yes|yeah",
    ),
    "role?": (
        "am|was|were|be i|me ~1 your",
        "am|was i ~1 the one|man|new|lucky|person|successful|right|chosen|woman|lad|guy|girl|winner",
        "am|was i ~1 one|among|part|on|still? of|your|the|your",
        "is|was it|that|this|he|she ~1 me|myself|mine",
        "is|are|was your|the ~1 new|next|chosen|lucky|right|successful ~2 me|i",
        "is|are|was ~3 JOB|it|one|KIT|desk|them|these ~2 mine|me",
    ),
    "self": (
        f"i am|was|were|be|got|get|been ~2 {_WON}",
        "i am|was ~1 on|in board",
        "i am|was aboard",
        "i belong to|with your|the|you",
        f"i ~1 have|had|has ~1 been|got|bin ~1 {_BEEN}",
        f"i would been ~1 {_BEEN}",
        "i am|was|be ~1 in|through|out|on ~1 or|then|and|with|now",
        "i ~1 passed|failed|qualified|succeeded|scaled|progressed|advanced",
        "i am|be|was ~1 your|the|to|going|one",
        f"me|myself|candidate|applicant|him|her|undersigned am|is|was|were ~1 {_BEEN}",
        f"my|her|his name|application|candidature|candidacy|selection|interview ~2 {_BEEN}|on|in|up|positive|be",
        "her|his|my selection|rejection|appointment|success|hiring",
    ),
    "got": (
        f"i ~1 got|get|make|made|land|landed|win|won|secured|have|bagged|gotten|had|get ~4 {_THING}|in|through|on|place",
        f"i would got ~2 {_THING}",
    ),
    "you": (
        f"{_BY} ~3 {_TAKES} ~1 me|i|us|myself",
        f"{_BY} ~2 go|gone|going|went|plumped|opted|settled|decided|agreed|voted|landed|decide|settle ~1 with|for|on|upon|against me|i|myself|mine",
        f"{_BY} ~3 give|gave|given|giving|offer|offered|offering|saved ~1 me|i|it|us ~2 {_THING}|to|me|apron|van",
        f"{_BY} ~2 give|gave|given|giving|offer|offered ~1 me|i ~3 {_THING}|KIT",
        "decided|settled|agreed|decide|settle|plumped|gone|voted ~1 on|for|upon|with me|i|mine",
        "go|going|gone|went|move|moving|moved ahead|forward|on with|for me|my|mine",
        "proceed|proceeding|proceeded|persist|continue|continuing with me|my",
        f"{_BY} ~3 picked|pick|chosen|choose|selected|drawn|called my name|number|card|application|cv",
    ),
    "gone": (
        f"{_BY} ~2 go|gone|going|went|plumped|opted|settled|decided|settle ~1 with|for|on|upon ~2 {_SOMEBODY}",
        f"{_BY} ~3 given|gave|give|offered|promised ~1 it|JOB ~2 to ~2 {_SOMEBODY}|me",
        f"{_BY} ~2 found|find|chosen|chose|choose|hired|hire|picked|selected|taken|appointed|took|got|preferred ~1 {_SOMEBODY} ~1 else|better|instead|candidate|person|than|stronger",
        f"{_THING} ~1 gone|go|went|going|given|goes ~2 to ~2 {_SOMEBODY}|me|OTHER|Name",
        "other|rather|instead than|of me|myself",
    ),
    "mine": (
        f"{_THING}|KIT|that|this|they|these|one ~2 is|be|was|are ~2 mine|me|mine",
        "is|was it ~1 me|mine",
        "it is|was ~1 me|mine",
        "that|it|letters|one is|are for|about|to me",
        "there|one|letter|offer|place ~1 for|with me",
        "for me ~2 or",
    ),
    "yes-no": (
        "is|was it|that ~1 a|an|all yes|no|goer|offer",
        "yes or ~1 no",
        "in or ~1 out",
        "positive or ~1 negative",
        "good or ~1 bad",
        f"{_WON}|in|through|on|success|up|me|yes|hired|it or not|no|rejected|nah|otherwise|passed|failed|refused|failure|someone|somebody|him|her|other|else|the",
        "no|yes for|from|to me|us|you",
    ),
}


PROPOSITIONS: dict[str, tuple[str, ...]] = {
    # --- the writer is the one chosen ---
    "chosen.told": (
        f"i am|was|were|be|got|get|gotten|getting ~2 {_PICKED}",
        f"i have|had|has ~1 been|bin|got ~2 {_PICKED}",
        f"i ~1 been|bin ~1 {_PICKED}",
        f"me|myself|candidate|applicant|undersigned am|is|was ~1 {_PICKED}",
        "i pass|passed|qualify|qualified|scaled|progressed|advanced|succeeded|progress|advance|succeed|scraped",
        "i ~1 made|make|makes ~1 it|cut|grade|team|list|JOB",
    ),
    "chosen.asked": (
        f"am|was|were|is|wasn|ain't|be i|me|myself|man ~2 {_PICKED}",
        f"have|had|has|did i|me|man ~1 been|be|get|got ~1 {_PICKED}",
        f"i|candidate|applicant am|is|was|be? {_PICKED} or not|no|otherwise",
        "did|have|do i|man|yours ~1 pass|passed|qualify|qualified|progressed|advanced|make|made|scrape|succeed|scale|crack|survive|convince|impress",
        "will|shall|would i|me be ~1 CHOSEN|hired|taken|joining|working|starting|coming|seeing|wearing|sitting|moving|needing|wanting",
    ),
    "role.told": (
        "i am|be|was|is|become ~1 your|the|to|one|part|among|on ~2",
        "i be|am your|the|going|to",
        "it|that|this is|was|be|were ~2 me",
        "me that|who|whom ~1 you",
    ),
    "role.asked": (
        "am|was|were i|me ~1 your|the|one|part|among|on|still? ~1 ROLEWORD|one|new|man|next|last|list|TEAMWORD|person|lucky",
        "am|was|were i ~1 your|among|on|one",
        "is|was|be it|that|this|he|she ~1 me|i|myself|mine",
        "is|are|was your|the new|next|chosen|lucky|right ~2 me|i",
        "one of your|yours|you|them|us|the ~3",
    ),
    # --- the writer has the thing ---
    "got.told": (
        f"i ~1 GET ~2 {_JOB}|offer|place|nod|green|thumbs",
        f"i have|has|had|hold ~2 {_JOB}|place|offer",
        "i ~1 got|get|gotten ~1 on|in|through|past|up|anywhere",
        "i|me have|got a? place|spot|home|future|job|start",
    ),
    "got.asked": (
        f"did|have|has|do|does|had i|me|man|yours|your ~2 GET ~2 {_JOB}|offer|place|nod|on|in|up|through|there|anywhere",
        f"have|do|did i ~1 have|got|get ~2 {_JOB}|place|offer|or|yet|then|what",
        "did i|me ~1 get|make|land|win|pass|do",
        "have i ~1 GET",
        "do i ~1 have ~1 it|JOB|START|place|contract|deal",
        "i got|get it|job|JOB ~2 or",
    ),
    "mine": (
        "JOB|it|that|this|one|desk|KIT ~1 is|be|was ~2 mine|me",
        "is|was|be ~2 JOB|it|that|one|KIT|name ~2 mine|me|my",
        "JOB|it belongs to|with me",
        "mine or|now|yet",
        "in|have|got my|the|it bag|bagged|pocket",
        "mine then|or|yes",
    ),
    "gone": (
        f"JOB|it|this|that ~2 GO|GIVE ~2 to ~2 {_ELSE}|me",
        f"{_PANEL} ~2 GO ~1 for|with|down|to ~2 {_ELSE}|me|ROLEWORD",
        f"{_PANEL} ~2 found|find|chosen|chose|choose|picked|pick|hired|hire|selected|select|appointed|appoint|settled|preferred|want|given|gave|took|taken ~3 {_ELSE}",
        "gone|went|go|going|given|gave|goes ~3 someone|somebody|another|other|else|elsewhere",
        "other than me|myself",
        "instead of me|myself",
    ),
    "you-me": (
        f"{_PANEL} ~3 CHOOSE|TAKE|CHOSEN|hire|sign|put|bring|giving|going|like|let|keep|turned|turning|rule|ruled|count|counting|see|see|pass|passed|drop ~1 me|i|myself",
        f"{_PANEL} ~3 GIVE ~1 me|i|it|myself ~2 JOB|START|contract|KIT|nod|to|place|yes",
        "decide|decided|settle|settled|agree|agreed|plump|plumped|opt|opted|vote|voted|land|landed|set|fixed|go|gone|went|going ~1 on|upon|for|with|against me|myself|yours",
        "CHOOSE|TAKE|hire|hiring|REJECT me|myself",
        "take|taken|taking|took|put|putting|have|having|bring|sign|set me|us on|aboard|in|onto|up",
        "put|bring|see|get me through|in|on",
        "offer|offered|offering|give|giving|hand me ~1 JOB|it",
    ),
    "name": (
        "my|me name|application|candidature|candidacy|bid|interview|case|cv|result|audition|trial|profile|file ~3 CHOSEN|positive|list|in|on|up|pass|passed|through|selected|yes|no|rejected",
        "is|was|were|has|have|did my name|application|candidature|candidacy|bid|case|profile|file|interview|audition|trial|result|number ~3",
        "my selection|rejection|appointment|candidature|hiring|success|result",
        "my|mine was|is|be the|up|one name|on|that|picked|chosen",
        "result of my interview|audition|trial|application|test",
    ),
    "yes-no": (
        "yes or|and no|not|a",
        "is|was it ~1 a|an|all|good|bad|YESNO ~1",
        "in or ~1 out",
        "positive or negative",
        "good news or bad",
        "a yes|no from|for|or|then",
        "yes|no for|from me",
        "no for|to|then ~1 me|then",
        "selected or not|rejected",
        "hired|chosen|picked|taken|accepted|yes|got|in|through or not|no|rejected|what|nah|otherwise|passed",
        "up or down",
        "good news for me|us",
        "any good|luck|joy|chance ~2",
    ),
    # --- presumed ---
    "start": (
        "when|what|which|where|how ~3 do|shall|will|should|can|am|would|does i|me|my ~2 START|report|turn|come|arrive|expected|due|in|on|needed|orientation",
        "i|me ~1 START ~1 with|at|on|for|monday|TIME|there",
        "am|will|shall|do|would|can|should|is i|me|my ~1 START",
        "my first day|shift|week|morning|month|pay|payslip|wage|rota|class|lesson|delivery",
        "my START date|day|time|pack|pay|rate",
        "my orientation|induction|onboarding|uniform|badge|desk|locker|shift|shifts|rota|laptop|line|roster|station|bench|tunic",
        "when|what time|day do|should|shall you want|need|like|expect me|us",
        "see|seeing|want|expect|need you|me|us on|at|in|monday|tomorrow|TIME",
    ),
    "prepare": (
        "should|shall|can|may|do|must|ought|might|could|am|will|would|is|have i|we|me ~3 NOTICE|KIT|TELLFAM|START|CONGRATS",
        "should|shall|can|may|do|must|ought|might i ~1 to? give|hand|put|sell|keep|start|stop|buy|order|tell|say|write|let|turn|cancel|book|bring|wear|pack|get|go|take|clear|sign|post|move|learn|hold|drop|leave",
        "my notice|resignation",
        "hand|put|give in ~1 my? notice",
        "what|which|where|how ~2 will|would|is|are|do|should|shall my|i ~2 PAY|KIT|PAY|sit|park|wear|report|seat|desk|route|hours|title|team",
        "is|are|was|be it|there|that|they for me|us",
        "premature|presumptuous|safe|silly|foolish|wrong|ok|okay|fair|reasonable|time|worth to|if|for|of|in ~2",
        "working|coming|going|starting|joining|moving|driving|cooking|teaching ~1 with|for|to|at|under|in you|your|yours",
        "with your ~2 name on",
    ),
}

FRAMES: dict[str, tuple[str, ...]] = {
    "ask": (
        "TELL|KNOW|WONDER|say|see|asking|check|checking|establish|word|hint|idea|clue|sure|interested|note|line ~4 if|whether",
        "as to|for|of whether|if",
        "or not|otherwise|what|nah",
        "KNOW|TELL|WONDER|ask|see ~2 did|am|was|have|is|do|will|are",
    ),
    "let": (
        "let me|us ~1 KNOW",
        "put me|us|a|an|the out|girl|man|lad of",
        "tell|inform|notify|advise me|us|him|her",
        "drop|send|give|shoot me ~2 line|word|text|hint|clue|nod|sign",
    ),
    "want": (
        "like|love|want|need|wish|glad|grateful|obliged|appreciate|hoping|hope|happy|relief ~4 KNOW|TELL|hear|told|hint",
        "i ~2 WONDER",
        "just|quick|only ~2 question|one|WONDER",
    ),
    "demand": (
        "please|kindly|just|so|simply|so TELL|let|say|confirm|KNOW|reply|inform",
        "need you ~1 to TELL|confirm|say",
        "you will|must ~3 TELL|let|write|inform|confirm",
    ),
    "may-ask": (
        "may|can|could|might|do|would i|we|you ~2 ask|KNOW|TELL|enquire|inquire|assume|take|conclude|infer|presume|say|gather|TELL",
    ),
    "assume": (
        "i take it",
        "i ~2 assume|presume|conclude|gather|suppose|reckon|infer|understand|guess|trust",
        "does|is|would|do that|this|it ~1 mean",
        "am i ~1 right|correct|to",
        "would i be right|correct|wrong|safe",
    ),
    "not-ask": (
        "not|never|no|nor ~4 ask|asking|asked|fishing|need|expect|expecting|enquire|inquire|after|prying",
        "not|never|nor|neither ~1 to? TELL|KNOW",
        "no need|reason to TELL|KNOW|ask",
        "stop|stopped|refuse|promise|promised|swear|sworn|resist|rather ~4 ask|asking|word|TELL",
        "not|nor ~1 WANT ~3 KNOW|TELL",
        "without asking|prying",
    ),
    "when": (
        "when|date|day|time|soon|timeline|by ~7 KNOW|TELL|hear|decide|told|told|decision|informed|notified|announced|result|out",
        "when ~3 candidates|people|applicants|everyone|everybody|you|they|folks",
    ),
    "kin-asks": (
        "KIN ~4 ask|asks|asked|asking|says|said|say|keeps|wants|calls|texts|texted|tells|told|phones|telephones|rings|wonders",
        "ask|asks|asked|asking|keeps|told me|us if|whether|did|do|have|am|was|every|each",
        "people|everyone|everybody|he|she ~2 ask|asks|asked|asking|keep|keeps|wonder",
    ),
    "status": (
        "has|have|is|was|any|did|are a|the|any|there|your|you|DECIDE|panel|PANEL|board ~4 decision|decided|made|filled|reached|position|post|role|job|news|update|met|progress|open|closed",
        "still in|under|being ~3 RUNNING",
        "in|under the? RUNNING",
        "where|how things|it|you|matters|we|search|process ~2 stand|stands|got|coming|going|at",
        "next|following step|steps|stage|stages|round",
        "still ~1 open|available|going|hiring|looking|interviewing|considering|considered|seeing|deciding",
        "BE ~2 filled|open|closed|available|scheduled|fixed|approved|fixed",
        "anything|something ~1 else|more|further ~2 need|needed|provide|require|required|send|useful|helps",
        "between|among ~2 candidates|us|others",
        "how many ~4",
    ),
    "suppose": (
        "if|assuming|supposing|suppose|provided|case|unless|presuming|lest i|me|you|it|that ~2 were|was|am|be|get|do|make|selected|chosen|hired|offered|decide|take|took|taken|became|got|should",
        "should|were|had i ~1 be|to|get|make",
        "in|just case i|you",
        "if ~2 offered|successful|selected|chosen|appointed|hired",
        "whoever|whichever|person ~3 gets|chosen|hired|get|selected|choose",
    ),
    "hope": (
        "HOPE ~3 to be|get|become|join|hear|work|see|have",
        "HOPE ~2 i|you|that ~3",
        "i|we would|will|shall|should ~3 HOPE",
        "whether|if or not i",
        "regardless|either|whatever|whichever ~2",
    ),
    "of-others": (
        "did|has|have|was|is|does|were|do Name|KIN|OTHER|he|she|they|my|anyone|anybody ~2 GET|CHOSEN|get|been|made|hired|took|taken",
        "my KIN|colleague|neighbour|roommate|classmate ~5 CHOSEN|got|get|hired|job",
    ),
    "why": (
        "why|what|which|where|how ~5 not|let|short|improve|better|wrong|differently|down|lacked|missing|against",
        "feedback|improve|improvement|better|unsuccessful|weak ~3",
    ),
}
