import re
import unicodedata

from django.db import migrations

import yingzao.enrolment.models


def key(number):
    """As `number_key` of the models stood when this was written."""
    text = unicodedata.normalize("NFKC", number).strip().lower()
    return re.sub(r"[0-9]+", lambda run: f"{len(run[0].lstrip('0')):02d}{run[0].lstrip('0')}", text)


def fill(apps, schema_editor):
    enrolments = apps.get_model("enrolment", "Enrolment").objects.using(schema_editor.connection.alias)
    for pk, number in list(enrolments.values_list("pk", "number").order_by("pk")):
        enrolments.filter(pk=pk).update(number_key=key(number))


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0005_shared_devices"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="number_key",
            field=yingzao.enrolment.models.NumberKeyField(default="", editable=False, max_length=60),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="enrolment",
            options={"ordering": ["number_key", "number"]},
        ),
    ]
