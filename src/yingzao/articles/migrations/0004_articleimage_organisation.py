import django.db.models.deletion
from django.db import migrations, models


def _fill(apps, schema_editor):
    owners = apps.get_model("articles", "Article").objects.filter(pk=models.OuterRef("article_id"))
    apps.get_model("articles", "ArticleImage").objects.update(organisation_id=models.Subquery(owners.values("organisation_id")))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0003_source'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='articleimage',
            name='organisation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='articleimage',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
    ]
