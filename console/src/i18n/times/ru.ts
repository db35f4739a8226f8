import type { Translation } from "../words";

const times: Translation["times"] = {
  late: { reaction: "Никто не отозвался вовремя: опоздание {{time}}", resolution: "Не решено вовремя: опоздание {{time}}" },
  soon: { reaction: "Кто-то должен отозваться в течение {{time}}", resolution: "Нужно решить в течение {{time}}" },
  answered: "Первый ответ", afterWait: "через {{time}}", reaction: "Отклик", resolution: "Решение", total: "Всего",
  inTarget: "{{time}}, в срок", missed: "{{time}}, срок нарушен", due: "срок {{at}}", lateSince: "опаздывает с {{at}}", noTarget: "без норматива", paused: "стоит", openingTime: "Отклик и решение считаются в рабочее время канала.",
  place: "Место в очереди", placeOf: "{{place}} из {{of}}", wait: "Вероятное ожидание",
  estimate: { now: "есть свободный специалист", between: "от {{from}} до {{to}}", upTo: "до {{to}}", nobody_there: "сказать нельзя: на смене никого нет", too_few_known: "сказать нельзя: слишком мало сеансов для сравнения", too_far: "больше восьми часов" },
  shut: { paused: "{{channel}} приостановлен.", pausedUntil: "{{channel}} приостановлен до {{time}}.", outside_hours: "{{channel}} в это время закрыт.", opens: "{{channel}} закрыт до {{time}}.", full: "{{channel}} полон: уже ждут {{limit}}.", gone: "Этого канала больше нет.", again: "Выберите другой канал или попробуйте позже." },
  load: {
    nav: "Нагрузка", title: "Нагрузка", text: "Как дела в каналах, вживую.", waiting: "Ждут", longest: "дольше всех {{time}}", active: "В работе", late: "Опаздывают", soon: "Скоро опоздают", today: "Сегодня", came: "Поступило", answered: "Отвечено", inTarget: "В срок", inTargetOf: "{{kept}} из {{all}}", closed: "Закрыто", expired: "Истекло", people: "Специалисты",
    open: "Открыт", openUntil: "Открыт до {{time}}", paused: "Приостановлен", pausedUntil: "Приостановлен до {{time}}", outside_hours: "Закрыт", opens: "Закрыт до {{time}}", full: "Полон", gone: "Удалён",
    next: "Следующие в очереди", more_one: "и ещё {{count}}", more_few: "и ещё {{count}}", more_many: "и ещё {{count}}", more_other: "и ещё {{count}}", nobodyWaits: "Никто не ждёт.", nobodyWorks: "Здесь никто не работает.", alarms: "Опаздывают и скоро опоздают", noAlarms: "Опозданий нет.", noTargets: "–",
    of: "{{load}} из {{limit}}", available_one: "{{count}} доступен", available_few: "{{count}} доступны", available_many: "{{count}} доступны", available_other: "{{count}} доступны", busy_one: "{{count}} занят", busy_few: "{{count}} заняты", busy_many: "{{count}} заняты", busy_other: "{{count}} заняты", away_one: "{{count}} отсутствует", away_few: "{{count}} отсутствуют", away_many: "{{count}} отсутствуют", away_other: "{{count}} отсутствуют",
    failed: "Нагрузку показать нельзя.", mayNot: "Ваша роль не позволяет видеть нагрузку ни одного канала.", held: "у специалиста {{owner}}", unheld: "ждёт", openSession: "Сеанс {{number}}, {{name}}", inQueue: "Показать {{channel}} в очереди", stale: "Связь прервалась; эти числа от {{time}}.", number: "№", person: "Человек", channel: "Канал", what: "Что опаздывает", who: "У кого",
  },
};

export default times;
