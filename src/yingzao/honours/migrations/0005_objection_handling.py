import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import yingzao.core.codes


def write_what_is_known(apps, schema_editor):
    """Objections taken before there was a log: when each came, and when and how it was answered."""
    entry = apps.get_model("honours", "HandlingEntry")
    lines = []
    for objection in apps.get_model("honours", "Objection").objects.iterator():
        told = {"organisation_id": objection.organisation_id, "objection_id": objection.pk}
        lines.append(entry(step="received", at=objection.received_at, **told))
        if objection.replied_at:
            lines.append(
                entry(
                    step=objection.state,
                    text=objection.reply,
                    at=objection.replied_at,
                    by_id=objection.replied_by_id,
                    **told,
                )
            )
    entry.objects.bulk_create(lines, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("honours", "0004_badges"),
        ("people", "0008_right_to_run_a_survey"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandlingEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    yingzao.core.codes.CodeField(
                        default=yingzao.core.codes.new_code, editable=False, max_length=16, unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("received", "took the objection in"),
                            ("accepted", "objection accepted"),
                            ("rejected", "objection rejected"),
                            ("corrected", "put down what the record lacked"),
                            ("rechecked", "looked at the list again"),
                            ("asked", "looked into"),
                            ("talked", "talked with whoever objects"),
                            ("discussed", "discussed in a meeting"),
                            ("delivered", "passed the answer on"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handling",
                        to="honours.objection",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={"ordering": ["at", "pk"]},
        ),
        migrations.RunPython(write_what_is_known, migrations.RunPython.noop),
    ]
