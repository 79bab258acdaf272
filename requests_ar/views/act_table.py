"""The table of acts: which form each shows, what it calls, and what it says before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from privacyboard.audit.acts import edition_of
from privacyboard.backoffice.casework import ActPage, Doing, Note
from requests_ar.actions import afterwards, answering, deciding, guarding, handling, searching
from requests_ar.forms import cases as typed
from requests_ar.forms import deciding as judged
from requests_ar.letters import answers
from requests_ar.models import SubjectRequest
from requests_ar.views.act_exchange import EXCHANGE
from requests_ar.views.act_notes import decide_notes, judge_notes, search_notes, send_notes
from requests_ar.views.doing import on_request, on_target


def _mark(doing: Doing) -> Any:
    return searching.mark_file(file=doing.target, **doing.typed, **doing.who)


def _ask(doing: Doing) -> Any:
    asked = searching.Asked(**doing.typed)
    return searching.ask_search(request=doing.case, asked=asked, **doing.who)


def _add(doing: Doing) -> Any:
    given = doing.typed
    return searching.add_files(
        request=doing.case,
        uploads=given["uploads"],
        note=given["note"],
        for_answer=given["for_answer"],
        **doing.who,
    )


def _judge(doing: Doing) -> Any:
    return deciding.judge_part(
        part=doing.target, decided=doing.form.decided(), seen=doing.seen, **doing.who
    )


def _decide(doing: Doing) -> Any:
    given = doing.typed
    return deciding.decide(
        request=doing.case,
        deviates=given.get("deviates", False),
        deviation_reason=given.get("deviation_reason", ""),
        seen=doing.seen,
        **doing.who,
    )


def _fill(doing: Doing) -> Any:
    return answering.fill_items(
        request=doing.case, items=doing.form.read(), seen=doing.seen, **doing.who
    )


def _advise(doing: Doing) -> Any:
    return deciding.advise(request=doing.case, seen=doing.seen, **doing.typed, **doing.who)


def _items(case: SubjectRequest) -> Mapping[str, Any]:
    return {"items": answers.items_of(case)}


def _person(doing: Doing) -> Any:
    return handling.correct_person(person=doing.target, **doing.typed, **doing.who)


PAGES: dict[str, ActPage] = {
    **EXCHANGE,
    "oppakken": ActPage(
        title=_("Wie behandelt dit verzoek?"),
        button=_("Vastleggen"),
        done=_("De behandelaar staat vast."),
        form=typed.TakeUpForm,
        perform=on_request(handling.take_up),
        initial=lambda case, user: {"handler": case.handler_id or user.pk},
    ),
    "persoon": ActPage(
        title=_("Persoon aanvullen"),
        button=_("Vastleggen"),
        done=_("De gegevens zijn aangevuld."),
        form=typed.PersonForm,
        perform=_person,
        target=lambda case: case.people.all(),
        part="personen",
    ),
    "verwerkingen": ActPage(
        title=_("Om welke gegevens gaat het?"),
        button=_("Vastleggen"),
        done=_("De verwerkingen zijn gekozen."),
        form=typed.ActivitiesForm,
        perform=on_request(handling.choose_activities),
        part="verwerkingen",
    ),
    "zoeken": ActPage(
        title=_("Iemand laten zoeken"),
        button=_("Vragen om te zoeken"),
        done=_("De vraag is verstuurd."),
        form=typed.SearchForm,
        perform=_ask,
        notes=search_notes,
        explanation=_(
            "Die persoon krijgt een e-mail met een link. Over wie het gaat, staat daar niet in."
        ),
        part="taken",
    ),
    "taak-vervalt": ActPage(
        title=_("Zoektaak laten vervallen"),
        button=_("Laten vervallen"),
        done=_("De zoektaak is vervallen."),
        form=typed.WhyForm,
        perform=on_target(searching.drop_task, "task"),
        target=lambda case: case.tasks.all(),
        part="taken",
        is_danger=True,
    ),
    "bestanden": ActPage(
        title=_("Bestanden in het dossier zetten"),
        button=_("In het dossier zetten"),
        done=_("De bestanden staan in het dossier."),
        form=typed.FilesForm,
        perform=_add,
        explanation=_("Zet hier nooit een kopie van een identiteitsbewijs neer."),
        part="dossier",
    ),
    "bestand": ActPage(
        title=_("Hoort dit bestand bij het antwoord?"),
        button=_("Vastleggen"),
        done=_("Vastgelegd."),
        form=typed.MarkForm,
        perform=_mark,
        target=lambda case: case.files.select_related("document"),
        part="dossier",
        notes=lambda _case, file: (Note(file.document.file_name),),
    ),
    "onderdeel": ActPage(
        title=_("Beoordelen"),
        button=_("Oordeel vastleggen"),
        done=_("Het oordeel is vastgelegd."),
        form=judged.JudgeForm,
        perform=_judge,
        target=lambda case: case.parts.all(),
        template="requests_ar/case_judge.html",
        part="onderdelen",
        notes=judge_notes,
    ),
    "advies": ActPage(
        title=_("Advies van de FG"),
        button=_("Advies vastleggen"),
        done=_("Uw advies is vastgelegd."),
        form=judged.AdviceForm,
        perform=_advise,
        part="onderdelen",
    ),
    "besluiten": ActPage(
        title=_("Het besluit nemen"),
        button=_("Besluiten"),
        done=_("Het besluit is genomen. Verstuur nu het antwoord."),
        form=judged.DecideForm,
        perform=_decide,
        notes=decide_notes,
        edition=lambda case, _target: edition_of(case, *case.parts.all()),
    ),
    "heropenen": ActPage(
        title=_("Het besluit terugnemen"),
        button=_("Terugnemen"),
        done=_("Het verzoek is weer in behandeling."),
        form=typed.WhyForm,
        perform=on_request(deciding.reopen),
        explanation=_("Dat kan zolang het antwoord niet weg is."),
        is_danger=True,
    ),
    "antwoord": ActPage(
        title=_("De tien onderdelen van het antwoord"),
        button=_("Bewaren"),
        done=_("Het antwoord is bewaard."),
        form=judged.ItemsForm,
        perform=_fill,
        explanation=_(
            "Ingevuld uit het vastgestelde register. Lees het na en verbeter wat voor deze persoon "
            "anders is. Blijft iets leeg? Schrijf dan op waarom."
        ),
        template="requests_ar/case_items.html",
        more=_items,
        part="antwoord",
        edition=lambda case, _target: edition_of(*case.items.all()),
    ),
    "versturen": ActPage(
        title=_("Het antwoord versturen"),
        button=_("Antwoord versturen"),
        done=_("Het antwoord is verstuurd."),
        form=judged.SendForm,
        perform=lambda doing: answering.send_answer(
            request=doing.case, sent=answering.Sent(**doing.typed), **doing.who
        ),
        explanation=_(
            "Op papier? Leg het hier eerst vast. De brief staat daarna bij de brieven: druk hem "
            "af en doe hem op die dag op de post, of geef hem mee."
        ),
        notes=send_notes,
        reads=("parts", "people", answers.FILES),
        part="antwoord",
    ),
    "code": ActPage(
        title=_("De code vertellen"),
        button=_("Code maken"),
        done="",
        form=judged.CodeForm,
        perform=on_target(answering.tell_code, "delivery"),
        explanation=_(
            "U krijgt een code van acht cijfers te zien, één keer. Vertel hem aan de persoon, niet "
            "langs de weg van de link. Een oudere code werkt daarna niet meer."
        ),
        target=lambda case: case.deliveries.all(),
        template_done="requests_ar/case_code.html",
        part="antwoord",
    ),
    "link": ActPage(
        title=_("Een nieuwe link sturen"),
        button=_("Nieuwe link sturen"),
        done=_("De nieuwe link is verstuurd. Vertel ook een nieuwe code."),
        form=typed.ConfirmForm,
        perform=on_target(answering.renew_link, "delivery"),
        explanation=_("De oude link en de oude code werken daarna niet meer."),
        target=lambda case: case.deliveries.all(),
        part="antwoord",
    ),
    "uitgevoerd": ActPage(
        title=_("Vastleggen dat het besluit is uitgevoerd"),
        button=_("Vastleggen"),
        done=_("Vastgelegd."),
        form=judged.CarriedOutForm,
        perform=on_target(afterwards.carry_out, "part"),
        target=lambda case: case.parts.all(),
        part="onderdelen",
    ),
    "ontvanger": ActPage(
        title=_("Ontvanger inlichten"),
        button=_("Vastleggen"),
        done=_("Vastgelegd."),
        form=judged.RecipientForm,
        perform=on_target(afterwards.settle_recipient, "task"),
        explanation=_(
            "Vertel deze ontvanger dat de gegevens zijn verbeterd, gewist of beperkt (AVG 19)."
        ),
        target=lambda case: case.recipients.select_related("party", "processor"),
        notes=lambda _case, task: (Note(str(task)),),
        part="ontvangers",
    ),
    "beperken": ActPage(
        title=_("Het gebruik van gegevens beperken"),
        button=_("Beperken"),
        done=_("De beperking staat in beeld bij dit verzoek."),
        form=judged.RestrictForm,
        perform=on_request(afterwards.restrict),
        explanation=_("De school bewaart deze gegevens wel, maar gebruikt ze niet (AVG 18)."),
        part="beperkingen",
    ),
    "opheffen": ActPage(
        title=_("De beperking opheffen"),
        button=_("Opheffen"),
        done=_("De beperking is opgeheven."),
        form=judged.LiftForm,
        perform=on_target(afterwards.lift, "restriction"),
        target=lambda case: case.restrictions.all(),
        part="beperkingen",
    ),
    "afsluiten": ActPage(
        title=_("Het verzoek afsluiten"),
        button=_("Afsluiten"),
        done=_("Het verzoek is afgesloten."),
        form=typed.ConfirmForm,
        perform=on_request(afterwards.close_request),
        explanation=_("Het antwoord is weg, en elke ontvanger is ingelicht."),
    ),
    "vertrouwelijk": ActPage(
        title=_("Vertrouwelijk maken"),
        button=_("Vertrouwelijk maken"),
        done=_("Het verzoek is vertrouwelijk."),
        form=typed.WhyForm,
        perform=on_request(guarding.make_confidential),
        explanation=_(
            "Daarna zien alleen de FG, de IBP-manager en de mensen die u noemt dit verzoek. Ook de "
            "directeur ziet het dan niet meer."
        ),
    ),
    "noemen": ActPage(
        title=_("Iemand toegang geven"),
        button=_("Toegang geven"),
        done=_("Deze persoon kan het verzoek openen."),
        form=typed.NameForm,
        perform=on_request(guarding.name_person),
        part="vertrouwelijk",
    ),
    "niet-noemen": ActPage(
        title=_("Toegang intrekken"),
        button=_("Toegang intrekken"),
        done=_("Deze persoon kan het verzoek niet meer openen."),
        form=typed.ConfirmForm,
        perform=lambda doing: guarding.unname_person(
            request=doing.case, user=doing.target.user, **doing.who
        ),
        target=lambda case: case.userpermissions.select_related("user"),
        notes=lambda _case, row: (Note(row.user.name),),
        part="vertrouwelijk",
        is_danger=True,
    ),
}
