"""腾讯会议 (Tencent Meeting, VooV): participant exports of meetings and webinars."""
