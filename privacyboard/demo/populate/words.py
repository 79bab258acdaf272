"""Words of which fictional names are made. Nobody and nothing is called so but by chance."""

TREES = (
    *("Abeel", "Acacia", "Beuk", "Berk", "Ceder", "Den", "Eik", "Els", "Es", "Esdoorn"),
    *("Hazelaar", "Hulst", "Iep", "Jeneverbes", "Kastanje", "Kers", "Lariks", "Linde", "Meidoorn"),
    *("Moerbei", "Olm", "Plataan", "Populier", "Pruim", "Robinia", "Spar", "Taxus", "Vlier"),
    *("Walnoot", "Wilg"),
)
PLACES = ("Watermeer", "Dijkzicht", "Oostvoren", "Lage Weide", "Zandhorst", "Molenbroek")
FIRST_NAMES = (
    *("Aafke", "Bilal", "Chantal", "Dewi", "Elif", "Femke", "Gijs", "Hamza", "Ilse", "Jelle"),
    *("Karin", "Lotte", "Mehmet", "Nadia", "Oscar", "Paulien", "Quirine", "Rachid", "Sanne"),
    *("Tomas", "Ümit", "Vera", "Wout", "Xandra", "Yara", "Zoë"),
)
INFIXES = ("", "", "", "van", "de", "van der", "ten")
LAST_NAMES = (
    *("Akkerman", "Bosland", "Celikkol", "Dijkgraver", "Elzinga", "Fokkema", "Groothuis"),
    *("Haverland", "Ijzermans", "Jellesma", "Kromhout", "Lindeboom", "Meerveld", "Noordhof"),
    *("Oudeland", "Plantinga", "Querido", "Rietveld", "Sluiter", "Terpstra", "Uitbeijerse"),
    *("Veldman", "Waterink", "Yildirim", "Zandstra"),
)
SUPPLIERS = (
    *("Lesvuur", "Klasbord", "Toetsbaken", "Rekenrijk", "Leeskompas", "Roosterwerk", "Ouderlijn"),
    *("Mediakist", "Schoolsleutel", "Leerspoor", "Zorgkaart", "Wolkenarchief"),
)
SERVICES = (
    "leermiddelen op het scherm",
    "toetsen en de uitslagen daarvan",
    "roosters en verzuim",
    "berichten aan ouders",
    "opslag van bestanden",
    "leerlingadministratie",
)
