"""Writes holidays.txt: the public holidays that are shipped, computed once with a library that is kept by many.

    python3 -m venv v && v/bin/pip install holidays==0.109 && v/bin/python data/write_holidays.py > data/holidays.txt

The format, line by line (src/organisation/holidays/shipped.rs reads it):

    = CODE NAME          a calendar begins
    until YEAR           its dates are known up to and including this year
    @ ZONE ...           who lives in these zones is offered it
    NAME: DATE DATE ...  one holiday and its dates
"""

import collections
import holidays

YEARS = range(2024, 2041)

# Code, name, country and region for the library, the language of names, zones in which it is the one to offer,
# the last year in which nothing is missing.
CALENDARS = [
    ("AU", "Australia", "AU", None, "en_AU", ["Australia/Sydney"]),
    ("AU-ACT", "Australia, Australian Capital Territory", "AU", "ACT", "en_AU", []),
    ("AU-NSW", "Australia, New South Wales", "AU", "NSW", "en_AU", []),
    ("AU-NT", "Australia, Northern Territory", "AU", "NT", "en_AU", ["Australia/Darwin"]),
    ("AU-QLD", "Australia, Queensland", "AU", "QLD", "en_AU", ["Australia/Brisbane", "Australia/Lindeman"]),
    ("AU-SA", "Australia, South Australia", "AU", "SA", "en_AU", ["Australia/Adelaide"]),
    ("AU-TAS", "Australia, Tasmania", "AU", "TAS", "en_AU", ["Australia/Hobart"]),
    ("AU-VIC", "Australia, Victoria", "AU", "VIC", "en_AU", ["Australia/Melbourne"]),
    ("AU-WA", "Australia, Western Australia", "AU", "WA", "en_AU", ["Australia/Perth", "Australia/Eucla"]),
    ("BE", "Belgium", "BE", None, "en_US", ["Europe/Brussels"]),
    ("BR", "Brazil", "BR", None, "en_US", [
        "America/Araguaina", "America/Bahia", "America/Belem", "America/Boa_Vista", "America/Campo_Grande",
        "America/Cuiaba", "America/Fortaleza", "America/Maceio", "America/Manaus", "America/Noronha",
        "America/Porto_Velho", "America/Recife", "America/Rio_Branco", "America/Santarem", "America/Sao_Paulo"]),
    ("CA", "Canada", "CA", None, "en_CA", ["America/Toronto"]),
    ("CA-AB", "Canada, Alberta", "CA", "AB", "en_CA", ["America/Edmonton"]),
    ("CA-BC", "Canada, British Columbia", "CA", "BC", "en_CA", ["America/Vancouver"]),
    ("CA-MB", "Canada, Manitoba", "CA", "MB", "en_CA", ["America/Winnipeg"]),
    ("CA-NB", "Canada, New Brunswick", "CA", "NB", "en_CA", ["America/Moncton"]),
    ("CA-NL", "Canada, Newfoundland and Labrador", "CA", "NL", "en_CA", ["America/St_Johns"]),
    ("CA-NS", "Canada, Nova Scotia", "CA", "NS", "en_CA", ["America/Halifax"]),
    ("CA-ON", "Canada, Ontario", "CA", "ON", "en_CA", []),
    ("CA-QC", "Canada, Quebec", "CA", "QC", "en_CA", []),
    ("CA-SK", "Canada, Saskatchewan", "CA", "SK", "en_CA", ["America/Regina"]),
    ("FR", "France", "FR", None, "en_US", ["Europe/Paris"]),
    ("DE", "Germany", "DE", None, "en_US", ["Europe/Berlin"]),
    ("DE-BW", "Germany, Baden-Württemberg", "DE", "BW", "en_US", []),
    ("DE-BY", "Germany, Bavaria", "DE", "BY", "en_US", []),
    ("DE-BE", "Germany, Berlin", "DE", "BE", "en_US", []),
    ("DE-BB", "Germany, Brandenburg", "DE", "BB", "en_US", []),
    ("DE-HB", "Germany, Bremen", "DE", "HB", "en_US", []),
    ("DE-HH", "Germany, Hamburg", "DE", "HH", "en_US", []),
    ("DE-HE", "Germany, Hesse", "DE", "HE", "en_US", []),
    ("DE-NI", "Germany, Lower Saxony", "DE", "NI", "en_US", []),
    ("DE-MV", "Germany, Mecklenburg-Vorpommern", "DE", "MV", "en_US", []),
    ("DE-NW", "Germany, North Rhine-Westphalia", "DE", "NW", "en_US", []),
    ("DE-RP", "Germany, Rhineland-Palatinate", "DE", "RP", "en_US", []),
    ("DE-SL", "Germany, Saarland", "DE", "SL", "en_US", []),
    ("DE-SN", "Germany, Saxony", "DE", "SN", "en_US", []),
    ("DE-ST", "Germany, Saxony-Anhalt", "DE", "ST", "en_US", []),
    ("DE-SH", "Germany, Schleswig-Holstein", "DE", "SH", "en_US", []),
    ("DE-TH", "Germany, Thuringia", "DE", "TH", "en_US", []),
    ("IN", "India", "IN", None, "en_IN", ["Asia/Kolkata"]),
    ("IE", "Ireland", "IE", None, "en_IE", ["Europe/Dublin"]),
    ("JP", "Japan", "JP", None, "en_US", ["Asia/Tokyo"]),
    ("KE", "Kenya", "KE", None, "en_KE", ["Africa/Nairobi"]),
    ("NL", "Netherlands", "NL", None, "en_US", ["Europe/Amsterdam"]),
    ("NZ", "New Zealand", "NZ", None, None, ["Pacific/Auckland", "Pacific/Chatham"]),
    ("PT", "Portugal", "PT", None, "en_US", ["Europe/Lisbon", "Atlantic/Azores", "Atlantic/Madeira"]),
    ("ES", "Spain", "ES", None, "en_US", ["Europe/Madrid", "Atlantic/Canary", "Africa/Ceuta"]),
    ("GB-ENG", "United Kingdom, England and Wales", "GB", "ENG", "en_GB", []),
    ("GB-NIR", "United Kingdom, Northern Ireland", "GB", "NIR", "en_GB", []),
    ("GB-SCT", "United Kingdom, Scotland", "GB", "SCT", "en_GB", []),
    ("US", "United States", "US", None, "en_US", [
        "America/Anchorage", "America/Boise", "America/Chicago", "America/Denver", "America/Detroit",
        "America/Indiana/Indianapolis", "America/Kentucky/Louisville", "America/Los_Angeles", "America/New_York",
        "America/Phoenix", "Pacific/Honolulu"]),
]

# The library knows the moveable feasts of India only so far.
UNTIL = {"IN": 2035}


def clean(name):
    return name.replace(";", ",").replace("'", "’").strip()


def calendar(code, name, country, region, language, zones):
    until = UNTIL.get(code, YEARS[-1])
    known = holidays.country_holidays(country, subdiv=region, years=range(YEARS[0], until + 1), language=language)
    dates = collections.defaultdict(list)
    for day in sorted(known):
        if YEARS[0] <= day.year <= until:
            for one in known.get_list(day):
                dates[clean(one)].append(day)
    print(f"= {code} {name}")
    print(f"until {until}")
    if zones:
        print("@", *zones)
    for one, days in sorted(dates.items(), key=lambda item: (item[1][0].timetuple().tm_yday, item[0])):
        assert ":" not in one, one
        print(f"{one}:", *days)


print(f"# Public holidays, {YEARS[0]} to {YEARS[-1]}. Made by write_holidays.py from the Python package holidays")
print(f"# {holidays.__version__} (https://github.com/vacanza/holidays, MIT licence, copyright of its contributors).")
print("# Change the script, not this file.")
for one in CALENDARS:
    calendar(*one)
