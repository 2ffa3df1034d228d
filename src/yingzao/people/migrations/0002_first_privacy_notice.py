"""The first version of the privacy notice. Later versions are published, never edited here."""

from django.db import migrations

TEXT_ZH = """\
这份说明写的是：营造里保存哪些与你有关的信息，为什么要保存，保存多久，谁能看到，你可以要求什么。处理你的信息的，是开办培训计划的单位（下称“主办单位”）；你从哪个单位的计划进入，就由哪个单位负责。

## 保存什么，为什么

- **账号**：姓名、用户名、手机号（如果你填写）、加密后的密码。用来确认登录的是你本人。密码只存加密结果，任何人都看不到原文。
- **学员档案**：名册上给出的姓名、手机号、所在社区、小组、职务。用来把学习记录对应到人，联系你，编组。
- **学习记录**：上课进出的时间、签到、阅读、心得、答题、参访到场、交来的成果和照片。用来计算任务完成情况，说明每一个结果的依据。
- **打分和评选**：评委的打分、评语、总分和名次。用来评选和颁发证书。分数由评委打出，再按公布的办法计算；每一步你都可以看到，也可以提出异议。
- **走访中提到的居民**：居民骨干和社区需求的记录。写之前要先征得本人同意；不要写身份证号、病情、宗教信仰、银行账户这类敏感信息；不满十四周岁的孩子不写姓名、不拍可以认出的照片，确有需要的先取得监护人同意。
- **登录和操作记录**：时间、网络地址、设备、做了什么。法律要求网络日志至少留存六个月；也用来发现别人冒用你的账号。

## 不收集什么

- 不要身份证号。名册和会议记录里的“身份证号码”“来自 IP”这类列，导入时不保存。
- 不记录你的位置。照片里的拍摄地点和拍摄设备信息在上传时删去。
- 不用人脸识别，不用广告和统计插件。浏览器里只存登录状态、语言和明暗设置。

## 谁能看到

- 你本人能看到自己的全部记录。
- 本计划的组织者能看到学员档案和学习记录；手机号平时只显示一部分，查看完整号码会留下记录。
- 评委只看到分给自己的成果；导师看到自己小组的学员；督导委员能查看全部过程，用来核对名单。
- 公示名单、证书核验页上的姓名只显示姓，例如“张*”。
- 发布带有你的照片或全名的报道，要先另外征得你的同意；你可以撤回，撤回后照片下架。
- 信息存放在主办单位自己的服务器上。除法律规定外，不提供给其他单位；确需提供时，会另行告诉你并征得同意。

## 保存多久

- 名册、学习记录、成绩：计划结束后 3 年，之后删除，或去掉姓名只留统计。已公示的名单和已颁发的证书长期可以核验。
- 登录记录：1 年。操作记录：至少 6 个月。
- 居民骨干的联系方式：每年再问一次本人是否同意，不同意就删除。

## 你可以要求什么

你可以查看、复制、更正自己的信息，可以撤回同意，可以要求删除或要求解释某个结果是怎么来的。请向本计划的组织者提出，主办单位核对身份后在 15 个工作日内答复。撤回同意不影响撤回之前已经做的事；缺少必要信息时，可能无法继续参加计划或参加评选。对答复不满意的，可以向网信部门投诉。

说明有实质变化时会出一个新版本，请你重新阅读并同意。
"""

TEXT_EN = """\
This notice says what Yingzao keeps about you, why, for how long, who can see it, and what you may ask for. The organisation that runs the training programme is responsible for your data; it is the one whose programme you joined.

## What is kept, and why

- **Account**: name, username, phone number (if you give one), and an encrypted form of your password, so that it is you who signs in. Nobody can read the password itself.
- **Learner record**: name, phone number, community, team and post as the roster gives them, to match learning records to people, to reach you, and to form teams.
- **Learning records**: when you joined and left a session, check-ins, reading, reflections, answers, visits, and the work and photos that you hand in, to work out what is completed and to show what each result rests on.
- **Marks and selection**: judges' marks and comments, totals and places, for the selection and the certificates. Marks are given by people and then counted by a published method; you can see every step and object to it.
- **Residents named in field work**: records of resident leaders and needs. Ask the person first. Do not write identity numbers, illnesses, religious beliefs, bank accounts or similar sensitive data; do not name children under fourteen or take photos in which they can be recognised, and where that is truly needed, ask a guardian first.
- **Sign-ins and acts**: time, network address, device, and what was done. The law asks for network logs of at least six months; they also show when somebody else uses your account.

## What is not collected

- No identity-card numbers. Columns such as 身份证号码 and 来自IP in rosters and meeting exports are not kept when a file is imported.
- Not your location. Where and with what a photo was taken is removed when it is uploaded.
- No face recognition, no advertising, no statistics of others. The browser keeps only your sign-in, language and light or dark setting.

## Who can see it

- You see all of your own records.
- Organisers of the programme see learner and learning records; phone numbers are shown in part, and looking at a whole number is recorded.
- Judges see only the work assigned to them; mentors see the learners of their teams; the supervising committee can read everything, to check the list.
- Public lists and the verification of certificates show only the family name (张*).
- A story with your photo or full name needs your separate consent. You can withdraw it, and the photo is taken down.
- The data lies on the organisation's own server. It is not given to others except where the law requires it; otherwise you are told and asked first.

## For how long

- Rosters, learning records and results: 3 years after the programme ends; then they are deleted, or names are removed and only counts remain. Published lists and issued certificates stay verifiable.
- Sign-ins: 1 year. Records of acts: at least 6 months.
- Contacts of resident leaders: consent is asked again every year, and without it they are deleted.

## What you may ask for

You may see, copy and correct your data, withdraw consent, ask for deletion, and ask how a result came about. Turn to the organisers of the programme; the organisation checks who is asking and answers within 15 working days. Withdrawal does not undo what was done before it; without necessary data you may not be able to go on or to take part in the selection. If the answer does not satisfy you, you can complain to the cyberspace administration.

When this notice changes in substance there is a new version, and you are asked to read it and agree again.
"""


def publish(apps, schema_editor):
    apps.get_model("people", "PrivacyNotice").objects.create(version=1, text_zh=TEXT_ZH, text_en=TEXT_EN)


def take_back(apps, schema_editor):
    apps.get_model("people", "PrivacyNotice").objects.filter(version=1, agreements=None).delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(publish, take_back)]
    seeds = (publish,)
