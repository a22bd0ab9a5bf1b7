import pytest

from scheduler.domain.people_file import PersonRow, read_people

EDDA = ("edda@example.org", "Edda Grün")
JORG = ("joerg@example.org", "Jörg Weiß")


def people(data: bytes) -> list[tuple[str, str]]:
    return [(person.email, person.name) for person in read_people(data)]


def test_personio() -> None:
    data = (
        '"Status","Vorname","Nachname","Bevorzugter Name","E-Mail","Vorgesetzter"\n'
        '"Aktiv","Edda","Grün","","edda@example.org","Tara Thoms"\n'
        '"Aktiv","Hans-Jörg","Weiß","Jörg","joerg@example.org","Tara Thoms"\n'
    ).encode()
    assert people(data) == [EDDA, JORG]


def test_bamboohr() -> None:
    data = (
        "Employee #,First Name,Last Name,Preferred Name,Home Email,Work Email,Reporting to\n"
        "1,Edda,Grün,,e.g@example.net,edda@example.org,Tara Thoms\n"
        "2,Hans Georg,Weiß,Jörg,hg@example.net,joerg@example.org,Tara Thoms\n"
        "3,Mary Ann,Lee,Mary Jo,,mary@example.org,\n"
    ).encode()
    assert people(data) == [EDDA, JORG, ("mary@example.org", "Mary Jo Lee")]


def test_workday() -> None:
    data = (
        "All Active Workers\n"
        '"Effective as of 2026-11-01",,,,\n'
        "\n"
        "Worker,Legal Name - Last Name,Preferred Name,Email - Primary Home,Email - Primary Work\n"
        '"Gruen, Edda (17)",Grün,Edda Grün,e@example.net,edda@example.org\n'
        '"Weiss, H.",Weiß,Jörg Weiß,,joerg@example.org\n'
        '"Lee, M.",Lee,Mary Ann Lee-Roth,,mary@example.org\n'
    ).encode()
    assert people(data) == [EDDA, JORG, ("mary@example.org", "Mary Ann Lee-Roth")]


def test_workday_with_every_part_in_a_column() -> None:
    data = (
        "Legal First Name|Legal Last Name|Preferred First Name|Preferred Last Name|Work Email\n"
        "Edda|Braun||Grün|edda@example.org\n"
        "Hans|Weiß|Jörg||joerg@example.org\n"
    ).encode()
    assert people(data) == [EDDA, JORG]


def test_successfactors_and_adp() -> None:
    successfactors = (
        "USERID,FIRSTNAME,LASTNAME,Business Email Information Email Address,MANAGER\n"
        "17,Edda,Grün,edda@example.org,NO_MANAGER\n"
    )
    adp = (
        "Payroll Name,Personal Contact: Personal Email,Work Contact: Work Email\n"
        '"Grün, Edda",e@example.net,edda@example.org\n'
        '"Weiß, Jörg, Dr.",,joerg@example.org\n'
    )
    assert people(successfactors.encode()) == [EDDA]
    assert people(adp.encode()) == [EDDA, ("joerg@example.org", "Jörg Weiß, Dr.")]


def test_google_workspace() -> None:
    data = (
        "First Name [Required],Last Name [Required],Work Secondary Email,"
        "Email Address [Required],Recovery Email,Status [READ ONLY]\n"
        "Edda,Grün,info@example.org,edda@example.org,e@example.net,Active\n"
    ).encode()
    assert people(data) == [EDDA]


def test_microsoft_365_with_an_account_that_has_no_first_name() -> None:
    data = (
        "Alternate email address,Display name,First name,Last name,User principal name\n"
        "e@example.net,Edda G. (Küche),Edda,Grün,edda@example.org\n"
        ",Jörg Weiß,,,joerg@example.org\n"
    ).encode()
    assert people(data) == [EDDA, JORG]


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("Vorname,Name,E-Mail (geschäftlich)", "Edda,Grün,edda@example.org"),
        ("Name,Vorname,E-Mail (privat),E-Mail dienstl.", "Grün,Edda,e@x.de,edda@example.org"),
        ("E-Mail,Dienstliche E-Mail,Name", "e@x.de,edda@example.org,Edda Grün"),
        ("Vor- und Nachname,Firmen-E-Mail-Adresse", "Edda Grün,edda@example.org"),
        ("Rufname,Vornamen,Familienname,Emailadresse", "Edda,Maria Edda,Grün,edda@example.org"),
        ("Anzeigename,E-MAIL-ADRESSE*", "Edda Grün,edda@example.org"),
        ("Mitarbeiter,Mail", "Edda Grün,edda@example.org"),
        ("Nom,Prénom,Courriel professionnel", "Grün,Edda,edda@example.org"),
        ("Prénom et nom,E-mail [UPLOAD ONLY]", "Edda Grün,edda@example.org"),
        ("Nom de famille,Prénom,Adresse e-mail", "Grün,Edda,edda@example.org"),
        ("Nom d'usage,Prénom,Adresse électronique (mail)", "Grün,Edda,edda@example.org"),
        ("Nombre,Apellidos,Correo electrónico", "Edda,Grün,edda@example.org"),
        ("Nombre,Primer apellido,Segundo apellido,Correo-e", "Edda,Grün,,edda@example.org"),
        ("Nombre completo,Correo corporativo,Correo personal", "Edda Grün,edda@example.org,e@x.es"),
        ("Nome,Cognome,Posta elettronica aziendale", "Edda,Grün,edda@example.org"),
        ("Nome e cognome,Indirizzo e-mail", "Edda Grün,edda@example.org"),
        ("Voornaam,Tussenvoegsel,Achternaam,E-mailadres werk", "Edda,,Grün,edda@example.org"),
        ("Naam,E-mail (zakelijk)", "Edda Grün,edda@example.org"),
        ("first_name,last_name,work_email", "Edda,Grün,edda@example.org"),
        ("GivenName,Surname,PersonalEmail,WorkEmail", "Edda,Grün,e@x.de,edda@example.org"),
        ("Given name(s),Family name,e mail", "Edda,Grün,edda@example.org"),
        ("Known as,Surname,Email ID", "Edda,Grün,edda@example.org"),
        ("Full Legal Name,Nickname,\uff25MAIL", "E. Grün,Edda Grün,edda@example.org"),
        ("Name,First,Last,Email", "E. G.,Edda,Grün,edda@example.org"),
        ("Employee,Employee Name,Employee Email", "17,Edda Grün,edda@example.org"),
        ("Manager Email,Email Type,E-mail,Mailing Address,Mail Stop", "t@x.de,W,edda@example.org"),
        ("Company Name,User Name,Department Name,Email", "ACME,edda7,Küche,edda@example.org"),
    ],
)
def test_headings(headings: str, cells: str) -> None:
    [(email, name)] = people(f"{headings}\n{cells}\n".encode())
    assert email == "edda@example.org"
    assert name in {"Edda Grün", "Edda"}
    assert name == "Edda Grün" or "Grün" not in cells


def test_particles_of_dutch_names() -> None:
    data = b"E-mail,Voornaam,Tussenvoegsel,Achternaam\ne@example.org,Edda,van der,Berg\n"
    assert people(data) == [("e@example.org", "Edda van der Berg")]


def test_a_name_beside_first_names_may_be_the_whole_name() -> None:
    data = (
        b"Name;Vorname;E-Mail\nEdda Berg;Edda;e@example.org\nThomas Thomas;Thomas;t@example.org\n"
    )
    assert people(data) == [("e@example.org", "Edda Berg"), ("t@example.org", "Thomas Thomas")]


def test_a_name_that_is_first_and_last_name() -> None:
    data = b"Name;Vorname;E-Mail\nThomas;Thomas;t@example.org\n"
    assert people(data) == [("t@example.org", "Thomas Thomas")]


def test_the_headings_are_the_line_that_announces_most() -> None:
    data = "E-Mail\nE-Mail;Adresse\nE-Mail;Name\nedda@example.org;Edda Grün\n"
    assert read_people(data.encode()) == [PersonRow(*EDDA, line=4)]


def test_a_number_is_no_name() -> None:
    assert people(b"Employee,Email\n17,edda.berg@example.org\n") == [
        ("edda.berg@example.org", "Edda Berg")
    ]
