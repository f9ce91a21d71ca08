"""Honest rewordings of what tools said, written by hand as a model would word them: the key of the output, the text."""

# ruff: noqa: E501 - a sentence cut into lines can no longer be read as a model wrote it
from __future__ import annotations

HONEST: tuple[tuple[str, str], ...] = (
    ("rate", "The rate is [[0.rate]], from [[0.closed]] deals."),
    ("rate", "It stands at [[0.rate]]."),
    ("rate", "The win rate of the whole company is [[0.rate]], with [[0.won]] of [[0.closed]] closed deals."),
    ("rate", "Win rate of the whole company: **[[0.rate]]** ([[0.won]] of [[0.closed]] closed deals)."),
    (
        "rate",
        "The whole company's win rate comes to [[0.rate]]. Here are the details: [[0.won]] won deals, [[0.closed]] closed deals.",
    ),
    (
        "rate",
        "The whole company has a win rate of [[0.rate]]; there are [[0.won]] won deals and [[0.closed]] closed deals.",
    ),
    (
        "rate",
        "Here is what I found. The win rate stands at [[0.rate]]. Definition: won ÷ (won + lost), new business, by close date, by count.",
    ),
    (
        "regions",
        "The win rate of the whole company is [[0.rate]].\n\n- North America: [[0.row1.rate]]\n- APAC: [[0.row2.rate]]\n- EMEA: [[0.row3.rate]]\n- LATAM: [[0.row4.rate]]",
    ),
    ("regions", "North America has a win rate of [[0.row1.rate]] ([[0.row1.won]] of [[0.row1.closed]])."),
    (
        "regions",
        "North America is at [[0.row1.rate]], APAC at [[0.row2.rate]], EMEA at [[0.row3.rate]] and LATAM at [[0.row4.rate]].",
    ),
    (
        "regions",
        "Win rate of the whole company: [[0.rate]]. In EMEA it is [[0.row3.rate]], whereas LATAM is at [[0.row4.rate]].",
    ),
    ("regions", "EMEA's win rate is [[0.row3.rate]], and APAC's is [[0.row2.rate]]."),
    ("regions", "The EMEA win rate is [[0.row3.rate]] with [[0.row3.won]] won deals."),
    ("regions", "| Region | Win rate |\n|---|---|\n| APAC | [[0.row2.rate]] |"),
    (
        "products",
        "In 2025Q1 the win rate of the whole company was [[0.rate]].\n* Core: [[0.row1.rate]] ([[0.row1.won]] of [[0.row1.closed]])\n* Enterprise: [[0.row2.rate]]\n* Pro: [[0.row3.rate]]",
    ),
    (
        "products",
        "In Q1 2025, Core had a win rate of [[0.row1.rate]], Enterprise [[0.row2.rate]] and Pro [[0.row3.rate]].",
    ),
    ("products", "Core stands at [[0.row1.rate]] in 2025Q1, while Pro stands at [[0.row3.rate]]."),
    ("products", "For Pro, the win rate in 2025Q1 was [[0.row3.rate]], based on [[0.row3.closed]] closed deals."),
    (
        "products",
        "Ranked by the lower end of the 95 % interval, so that small groups do not lead by luck:\n- Core: [[0.row1.rate]]\n- Enterprise: [[0.row2.rate]]",
    ),
    ("quarters", "- 2024Q3: [[0.row12.rate]]\n- 2024Q4: [[0.row13.rate]]"),
    ("quarters", "The win rate was [[0.row12.rate]] in 2024Q3 and [[0.row13.rate]] in 2024Q4."),
    ("quarters", "In 2024Q4 the win rate was [[0.row13.rate]] ([[0.row13.won]] of [[0.row13.closed]])."),
    (
        "quiet",
        "The win rate was [[0.statement.1]] in 2025Q1 after [[0.statement.2]] in 2024Q4. A move of this size is usual for this many deals; we would see [[0.statement.3]] or more. No cause is named: there is no reliable signal here.",
    ),
    (
        "quiet",
        "Win rate was [[0.statement.1]] in 2025Q1, compared with [[0.statement.2]] in 2024Q4. A move of this size is usual for this many deals. No cause is named: there is no reliable signal here.",
    ),
    ("quiet", "In 2025Q1 the win rate was [[0.statement.1]], versus [[0.statement.2]] in 2024Q4."),
    (
        "quiet",
        "The win rate was [[0.statement.1]] in 2025Q1. No cause is named: there is no reliable signal here.\n\nNext step: go through the lost deals of Outbound (lead_source) with their owners: about [[0.action.1]] more were lost than at the average rate.",
    ),
    (
        "quiet",
        "No cause is named: there is no reliable signal here. By value it went from [[0.also.1]] to [[0.also.2]], within what these amounts usually give.",
    ),
    (
        "quiet",
        "Win rate was [[0.statement.1]] in 2025Q1 after [[0.statement.2]] in 2024Q4, but this movement is within the usual range, so no cause can be named.",
    ),
    (
        "few",
        "Win rate was [[0.statement.1]] in 2025Q1 after [[0.statement.2]] in 2024Q4. That is too few deals to tell a change from chance.",
    ),
    (
        "few",
        "The win rate was [[0.statement.1]] in 2025Q1 after [[0.statement.2]] in 2024Q4, and that is too few deals to tell a change from chance. To see a move of [[0.statement.3]] we would need about [[0.statement.4]] a period.",
    ),
    ("few", "**Next step:** pool several periods or wait before asking for a cause."),
    (
        "few",
        "There are too few deals to tell a change from chance: [[0.statement.1]] in 2025Q1 and [[0.statement.2]] in 2024Q4.",
    ),
    (
        "risen",
        "It did not rise, it fell. The win rate was [[0.statement.1]] in 2025Q1 after [[0.statement.2]] in 2024Q4. No cause is named: there is no reliable signal here.",
    ),
    ("risen", "It did not rise; it fell. The win rate in 2025Q1 was [[0.statement.1]]."),
    (
        "deals",
        "You have [[0.matching]] open deals in the whole company; the first [[0.shown]] by amount:\n1. **Altamira Sur Grid – Enterprise for 610 seats** (<person_1>): Qualification, [[0.deal.3940.value]], due 23 June 2025\n2. **Eastermere Grocers – Enterprise for 400 seats** (<person_2>): Negotiation, [[0.deal.3900.value]], due 31 May 2025",
    ),
    (
        "deals",
        "Here are the deals:\n- Altamira Sur Grid – Enterprise for 610 seats: [[0.deal.3940.value]]\n- Eastermere Grocers – Enterprise for 400 seats: [[0.deal.3900.value]]\n- Redhollow Industries – Enterprise for 380 seats: [[0.deal.3667.value]]",
    ),
    (
        "deals",
        "There are [[0.matching]] open deals in the whole company. The value of Redhollow Industries – Enterprise for 380 seats is [[0.deal.3667.value]].",
    ),
    (
        "deals",
        "Altamira Sur Grid – Enterprise for 610 seats is in Qualification at [[0.deal.3940.value]] and is due 23 June 2025.",
    ),
    (
        "deals",
        "Altamira Sur Grid – Enterprise for 610 seats, with <person_1>, is in Qualification, worth [[0.deal.3940.value]], due June 23, 2025.",
    ),
    (
        "deals",
        "Altamira Sur Grid – Enterprise for 610 seats (<person_1>): Qualification, [[0.deal.3940.value]], due 23 June 2025, [[0.deal.3940.stage_days]] in stage. Let me know if you want more.",
    ),
    ("deals", "Your top deal is Altamira Sur Grid – Enterprise for 610 seats at [[0.deal.3940.value]]."),
    (
        "leads",
        "There are [[0.matching]] leads in the whole company; the first [[0.shown]] by score:\n1. <person_1>, Operations Director, Riofrío Home Care: score [[0.lead.492.score]] (A), last contacted 13 May 2025\n2. <person_3>, Operations Director, Tannenrode Works: score [[0.lead.381.score]] (A)",
    ),
    ("leads", "The score of <person_1> is [[0.lead.492.score]], and the score of <person_3> is [[0.lead.381.score]]."),
    ("leads", "<person_1> has a score of [[0.lead.492.score]]. <person_3> has a score of [[0.lead.381.score]]."),
    (
        "leads",
        "<person_1>, Operations Director, Riofrío Home Care (<person_2>) has a score of [[0.lead.492.score]] and arrived 27 April 2025 from Referral.",
    ),
    ("pipeline", "Your open pipeline is [[0.total.USD]] in [[0.deals.USD]] deals."),
    (
        "pipeline",
        "The open pipeline of the whole company is [[0.total.USD]] in [[0.deals.USD]] deals, [[0.weighted.USD]] weighted by stage probability. [[0.overdue.USD]] of them are past the expected close date.",
    ),
    (
        "pipeline",
        "The open pipeline stands at [[0.total.USD]], with [[0.deals.USD]] open deals.\n\n- Discovery: [[0.value.Discovery.USD]] in [[0.deals.Discovery.USD]] deals\n- Proposal: [[0.value.Proposal.USD]] in [[0.deals.Proposal.USD]] deals",
    ),
    (
        "pipeline",
        "By stage: Discovery [[0.value.Discovery.USD]], Qualification [[0.value.Qualification.USD]], Proposal [[0.value.Proposal.USD]], Negotiation [[0.value.Negotiation.USD]].",
    ),
    (
        "pipeline",
        "Discovery has [[0.value.Discovery.USD]] in [[0.deals.Discovery.USD]] deals, and Negotiation has [[0.value.Negotiation.USD]] in [[0.deals.Negotiation.USD]] deals.",
    ),
    ("pipeline", "There are [[0.overdue.USD]] open deals past their expected close."),
    (
        "account",
        "Acme Industrial is in Manufacturing, Bristol, United Kingdom, with [[0.employees]] employees and annual revenue of [[0.revenue]].",
    ),
    ("account", "Acme Industrial has [[0.employees]] employees. The annual revenue is [[0.revenue]]."),
    (
        "account",
        "Here is the brief. Acme Industrial: Manufacturing, Bristol, United Kingdom, [[0.employees]] employees, annual revenue [[0.revenue]], owned by <person_4>.\n- Acme Industrial – Enterprise for 200 seats: Proposal for [[0.deal.3653.stage_days]], [[0.deal.3653.value]], due 29 May 2025",
    ),
    ("account", "Acme Industrial – Core for 30 seats was Lost at [[0.deal.3089.value]] and closed 27 December 2024."),
    (
        "account",
        "Pain points: every site plans in its own spreadsheet; planners rebuild the weekly schedule by hand every Monday.",
    ),
    (
        "account",
        "People: <person_1> (Head of Service Delivery, champion), <person_2> (Finance Director, economic buyer), <person_3> (Operations Director, decision maker).",
    ),
    (
        "first",
        "Do this first:\n1. Answer <person_2> on Redhollow Assurance – Pro expansion, 35 seats: a message has waited [[0.opportunity.3902.message]] for an answer, and it is due in [[0.opportunity.3902.soon]].\n2. Answer <person_4> on Nordlund Components – Core for 30 seats: a message has waited [[0.opportunity.3699.message]] for an answer.",
    ),
    (
        "first",
        "Answer <person_2> on Redhollow Assurance – Pro expansion, 35 seats; a message has waited [[0.opportunity.3902.message]] for an answer.",
    ),
    (
        "first",
        "1. Answer <person_2> on Redhollow Assurance – Pro expansion, 35 seats (<person_1>): a message has waited [[0.opportunity.3902.message]] for an answer; it is due in [[0.opportunity.3902.soon]].",
    ),
    (
        "tasks",
        "There are [[0.tasks]] open tasks for the whole company; these are the first [[0.shown]] by due time:\n1. Send revised contract to Swanmoor Digital (<person_1>): due Thursday 8 May at 13:00\n2. Send revised contract to Globex Logistics (<person_3>): due Thursday 8 May at 13:00",
    ),
    (
        "tasks",
        "You have [[0.tasks]] open tasks. Send revised contract to Swanmoor Digital: due Thursday 8 May at 13:00, about <person_2>.",
    ),
    ("reminder", "I created the reminder “Call the customer” for Thursday 22 May at 10:00."),
    ("reminder", 'Reminder "Call the customer" is created for Thursday 22 May at 10:00.'),
    ("reminder", "The reminder “Call the customer” has been created for Thursday 22 May at 10:00."),
    ("reminder", "Done! I'll remind you to call the customer on Thursday 22 May at 10:00."),
    (
        "losses",
        "[[0.all.won]] of [[0.all.closed]] closed deals of the whole company were won: [[0.all.rate]].\n- Price: [[0.reason.Price]] ([[0.reason.Price.share]])\n- Competitor: [[0.reason.Competitor]] ([[0.reason.Competitor.share]])",
    ),
    (
        "losses",
        "Price has [[0.reason.Price]] lost deals, Competitor [[0.reason.Competitor]], and Timing [[0.reason.Timing]].",
    ),
    (
        "losses",
        "The share of Price is [[0.reason.Price.share]], and the share of Competitor is [[0.reason.Competitor.share]].",
    ),
    (
        "losses",
        "What stands out beyond chance:\n- lead source Outbound: [[0.lead_source.Outbound.won]] of [[0.lead_source.Outbound.closed]] won ([[0.lead_source.Outbound.rate]])",
    ),
    ("draft", "Here is a follow-up to <person_1_2> at Globex Logistics. Nothing has been sent."),
    ("draft", "Here is the draft. Nothing has been sent. It refers to the last exchange, of 16 May 2025."),
    (
        "send",
        "I would send “Following up: Core for Globex Logistics” to <person_1_2> at <email_1>. It waits for your approval.",
    ),
    ("contact", "<person_1_2> is Operations Director, decision maker at Globex Logistics, and prefers email."),
    (
        "contact",
        "Globex Logistics – Core for 35 seats: Negotiation for [[0.deal.3834.stage_days]], [[0.deal.3834.value]], due 15 June 2025.",
    ),
    (
        "drivers",
        "Other things equal, these go with more or fewer wins (an association, not proof of cause):\n- lead_source: Referral: [[0.drivers.1]] ([[0.drivers.2]])",
    ),
    ("drivers", "These are associations, not proof of cause: Referral goes with [[0.drivers.1]]."),
)
