import type { Translation } from "../words";

const sessionTabs: Translation["sessionTabs"] = {
  label: "Об этом сеансе",
  tab: { information: "Сведения", actions: "Действия", equipment: "Оборудование", correspondence: "Переписка", history: "История", team: "Команда" },
  counted: { actions_one: "Действия, {{count}} запись", actions_few: "Действия, {{count}} записи", actions_many: "Действия, {{count}} записей", actions_other: "Действия, {{count}} записи" },
  showPanel: "Показать сведения рядом с экраном", hidePanel: "Только экран",
  times: { title: "Время", opened: "Открыт", came: "Пользователь здесь с", started: "Начат", closed: "Завершён", waited: "Ожидание", worked: "В работе" },
  earlier: {
    person: "Прежние сеансы этого человека", company: "Недавние сеансы: {{company}}", none: "О прежних сеансах ничего не известно.", failed: "Не удалось загрузить прежние сеансы.",
    same: { email: "Та же эл. почта", phone: "Тот же телефон", asset_number: "Тот же инв. номер", computer: "Тот же компьютер" },
  },
  help: "Что поможет сейчас", script: "Что сказать и спросить",
};

export default sessionTabs;
