import django.db.models.deletion
from django.db import migrations, models


def _fill(apps, schema_editor):
    owners = apps.get_model("judging", "Criterion").objects.filter(pk=models.OuterRef("criterion_id"))
    apps.get_model("judging", "Level").objects.update(organisation_id=models.Subquery(owners.values("organisation_id")))


class Migration(migrations.Migration):

    dependencies = [
        ('judging', '0005_state_words'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='level',
            name='organisation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='level',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
    ]
