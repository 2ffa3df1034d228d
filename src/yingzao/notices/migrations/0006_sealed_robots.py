"""Addresses and secrets of robots stand sealed in the table from here on."""

from django.db import migrations

from yingzao.core.sealing import SealedField


def seal(apps, _schema_editor):
    for robot in apps.get_model("notices", "Robot").objects.all():
        robot.save(update_fields=["address", "secret"])


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_devices")]

    operations = [
        migrations.AlterField("robot", "address", SealedField("yingzao.notices.robot-address")),
        migrations.AlterField("robot", "secret", SealedField("yingzao.notices.robot-secret")),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
