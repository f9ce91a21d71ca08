"""Words whose misspelling can be told without a second occurrence: industries and countries."""

from __future__ import annotations

from db.importers.headers import called

_INDUSTRIES = """accounting, advertising, aerospace, agriculture, apparel, architecture, automotive, aviation, banking,
    biotechnology, broadcasting, chemicals, construction, consulting, consumer, cosmetics, defense, distribution,
    ecommerce, education, electronics, employment, energy, engineering, entertainment, fashion, finance, financial
    services, fintech, food, gaming, government, healthcare, healthtech, hospitality, industrial, insurance, internet,
    investment, journalism, legal, logistics, machinery, manufacturing, marketing, media, medical, mining, nonprofit,
    outsourcing, pharmaceuticals, professional services, publishing, real estate, recreation, recruitment, restaurants,
    retail, security, semiconductors, services, shipping, software, sports, staffing, technology, telecommunications,
    textiles, tourism, transportation, travel, utilities, wholesale"""

_COUNTRIES = """Afghanistan, Albania, Algeria, Andorra, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan,
    Bahamas, Bahrain, Bangladesh, Barbados, Belarus, Belgium, Belize, Benin, Bhutan, Bolivia, Bosnia and Herzegovina,
    Botswana, Brazil, Brunei, Bulgaria, Burkina Faso, Burundi, Cambodia, Cameroon, Canada, Chile, China, Colombia,
    Costa Rica, Croatia, Cuba, Cyprus, Czechia, Czech Republic, Denmark, Djibouti, Dominica, Dominican Republic,
    Ecuador, Egypt, El Salvador, Eritrea, Estonia, Eswatini, Ethiopia, Fiji, Finland, France, Gabon, Gambia, Georgia,
    Germany, Ghana, Greece, Guatemala, Guinea, Guyana, Haiti, Honduras, Hong Kong, Hungary, Iceland, India, Indonesia,
    Iran, Iraq, Ireland, Israel, Italy, Ivory Coast, Jamaica, Japan, Jordan, Kazakhstan, Kenya, Korea, South Korea,
    North Korea, Kosovo, Kuwait, Kyrgyzstan, Laos, Latvia, Lebanon, Lesotho, Liberia, Libya, Liechtenstein, Lithuania,
    Luxembourg, Madagascar, Malawi, Malaysia, Maldives, Mali, Malta, Mauritania, Mauritius, Mexico, Moldova, Monaco,
    Mongolia, Montenegro, Morocco, Mozambique, Myanmar, Namibia, Nepal, Netherlands, New Zealand, Nicaragua, Niger,
    Nigeria, North Macedonia, Norway, Oman, Pakistan, Panama, Papua New Guinea, Paraguay, Peru, Philippines, Poland,
    Portugal, Puerto Rico, Qatar, Romania, Russia, Rwanda, San Marino, Saudi Arabia, Senegal, Serbia, Seychelles,
    Sierra Leone, Singapore, Slovakia, Slovenia, Somalia, South Africa, South Sudan, Spain, Sri Lanka, Sudan, Suriname,
    Sweden, Switzerland, Syria, Taiwan, Tajikistan, Tanzania, Thailand, Togo, Trinidad and Tobago, Tunisia, Turkey,
    Turkmenistan, Uganda, Ukraine, United Arab Emirates, United Kingdom, United States, United States of America,
    Uruguay, Uzbekistan, Venezuela, Vietnam, Yemen, Zambia, Zimbabwe"""

INDUSTRIES = frozenset(called(_INDUSTRIES))
COUNTRIES = frozenset(called(_COUNTRIES))

WORDS = {"industry": INDUSTRIES, "country": COUNTRIES}
"""Field -> the words its values may be held against."""
