import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _accept(apps, schema_editor):
    """Until now a run counted as soon as it was made, with its raw means."""
    apps.get_model("judging", "Calibration").objects.update(
        counts="raw", accepted_at=models.F("created_at"), accepted_by=models.F("run_by")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('judging', '0007_fair_judging'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='calibration',
            name='accepted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='calibration',
            name='accepted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='calibration',
            name='accepted_why',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='calibration',
            name='counts',
            field=models.CharField(blank=True, choices=[('raw', 'raw means'), ('adjusted', 'adjusted marks')], max_length=10),
        ),
        migrations.AddField(
            model_name='criterion',
            name='full_marks',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(_accept, migrations.RunPython.noop),
    ]
