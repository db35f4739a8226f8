import type { PermissionWords } from "../words";

export const permissions: PermissionWords = {
  session_view: "Видеть сеансы", session_open: "Открывать сеанс по ссылке или коду", session_take: "Брать ожидающий сеанс", session_release: "Возвращать свой сеанс", session_release_others: "Возвращать чужой сеанс",
  session_assign: "Отдавать сеанс другому специалисту", session_edit: "Изменять тему, имя и форму сеанса", session_set_priority: "Задавать приоритет", session_set_category: "Задавать категорию", session_log: "Писать в журнал работ",
  session_close: "Закрывать свой сеанс", session_close_others: "Закрывать чужой сеанс", session_reopen: "Открывать закрытый сеанс снова", session_transfer: "Предлагать свой сеанс другому", session_transfer_others: "Передавать чужой сеанс",
  session_move: "Переносить сеанс в другой канал", session_invite_technician: "Приглашать специалистов в свой сеанс", session_invite_expert: "Приглашать внешнего эксперта в свой сеанс", session_supervise: "Смотреть чужой сеанс", session_take_over: "Перенимать сеанс у ответственного",
  chat_read: "Читать сообщения сеанса", chat_write: "Писать пользователю", chat_private: "Переписываться между специалистами", attachment_read: "Открывать файлы и снимки сеанса", attachment_add: "Добавлять в сеанс файлы и снимки",
  remote_view: "Просить показать экран", remote_point: "Просить указывать и рисовать на экране", remote_control: "Просить управление мышью и клавиатурой", remote_clipboard: "Просить общий буфер обмена", remote_files_send: "Просить отправить файлы на компьютер", remote_files_fetch: "Просить забрать файлы с компьютера",
  remote_screenshot: "Делать снимок экрана в сеанс", remote_diagnose: "Просить провести диагностику", remote_record: "Просить вести запись", remote_admin: "Просить работать администратором", remote_block: "Блокировать ввод пользователя или гасить его экран",
  recording_watch: "Смотреть записи", recording_delete: "Удалять записи",
  channel_view: "Видеть канал и его настройки", channel_create: "Создавать каналы", channel_configure: "Изменять настройки и форму канала", channel_delete: "Удалять канал", channel_pause: "Приостанавливать и возобновлять канал", channel_members: "Добавлять в канал группы и специалистов и убирать их",
  channel_rules: "Изменять маршрутизацию и запасной канал", channel_hours: "Изменять часы, праздники и нормативы", channel_links: "Создавать, приостанавливать и удалять ссылки SOS Call", load_view: "Видеть текущую нагрузку",
  technician_view: "Видеть специалистов и их доступность", technician_manage: "Создавать, изменять и отключать специалистов", technician_availability: "Задавать доступность другим", group_manage: "Создавать, изменять и удалять группы и навыки", role_assign: "Давать специалистам роли и отнимать их", role_manage: "Создавать роли, разрешать и запрещать отдельные права",
  company_manage: "Создавать и изменять компании и кто их видит", category_manage: "Создавать и изменять категории", reply_manage: "Создавать и изменять готовые ответы", report_view: "Видеть отчёты", report_export: "Выгружать отчёты и списки", audit_view: "Читать и проверять журнал аудита",
  settings_manage: "Изменять настройки и ключи сервера", webhook_manage: "Создавать и изменять вебхуки и ключи API",
};
