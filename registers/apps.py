from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "registers"
    verbose_name = _("Register")

    def ready(self) -> None:
        from privacyboard.documents import gates
        from privacyboard.organisation.models import School

        # Web, worker and beat know the same sweeps: the health page asks for each of them.
        from registers import retention, tasks  # noqa: F401
        from registers.choices import DocumentKind
        from registers.models import (
            AccessReview,
            Agreement,
            DestructionList,
            Disclosure,
            ImportRun,
            ParentNotice,
            PublishedStatement,
            RegisterFile,
            SharingAgreement,
        )
        from registers.signals import on_school_saved

        retention.register_all()
        post_save.connect(on_school_saved, sender=School, dispatch_uid="cover_new_school")
        gates.register(DocumentKind.AGREEMENT, Agreement.objects.lets_open)
        gates.register(DocumentKind.SHARING, SharingAgreement.objects.lets_open)
        gates.register(DocumentKind.STATEMENT, PublishedStatement.objects.lets_open)
        gates.register(DocumentKind.OFFICIAL_REQUEST, Disclosure.objects.lets_open)
        gates.register(DocumentKind.ACCESS_REVIEW, AccessReview.objects.lets_open)
        gates.register(DocumentKind.PARENT_LETTER, ParentNotice.objects.lets_open)
        gates.register(DocumentKind.REGISTER_FILE, RegisterFile.objects.lets_open)
        gates.register(DocumentKind.IMPORT_FILE, ImportRun.objects.lets_open)
        gates.register(DocumentKind.CERTIFICATE, DestructionList.objects.lets_open)
        gates.register(DocumentKind.DESTRUCTION_PROOF, DestructionList.objects.lets_open)
