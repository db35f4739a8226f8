import { useState, type RefObject, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Setup } from "@/api";
import { Button, Checks, Dialog, Form, Icon, IconButton, Popover, Row, SearchField, TextField } from "@/ui";

import css from "./queue.module.css";
import { PRIORITIES, VIEWS, type Filters, type View } from "./rows";
import { TakeNext } from "./TakeNext";
import { keepViews, NAME_LIMIT, sameView, savedViews, searchOf, withView, type Density, type QueueSearch, type Shown } from "./view";

interface Props {
  shown: Shown;
  density: Density;
  totals: Record<View, number>;
  /** Are there older sessions that were not counted? */
  more: boolean;
  setup: Setup | undefined;
  field: RefObject<HTMLInputElement | null>;
  onShow: (next: Partial<Shown>) => void;
  onView: (view: View) => void;
  onGo: (search: QueueSearch) => void;
  onDensity: () => void;
}

/** Which sessions are shown, and how. */
export function QueueTools({ shown, density, totals, more, setup, field, onShow, onView, onGo, onDensity }: Props) {
  const { t } = useTranslation();
  const [saved, setSaved] = useState(savedViews);
  const [naming, setNaming] = useState(false);
  const search = searchOf(shown);
  const keep = (views: typeof saved): void => {
    keepViews(views);
    setSaved(views);
  };
  const current = saved.find((each) => sameView(each.search, search));
  const usual = sameView(search, { view: shown.view });
  return (
    <div className={css.tools}>
      <h1>{t("queue.title")}</h1>
      <div className={css.views} role="group" aria-label={t("queue.views")}>
        {VIEWS.map((each, index) => (
          <button key={each} type="button" className={css.view} aria-pressed={shown.view === each && current === undefined} aria-keyshortcuts={String(index + 1)} title={`${t(`queue.viewHint.${each}`)} (${index + 1})`} data-testid={`view-${each}`} onClick={() => onView(each)}>
            {t(`queue.view.${each}`)}
            <span className={css.count}>{totals[each]}{more && (each === "all" || each === "closed" || each === "mine") && "+"}</span>
          </button>
        ))}
        {saved.map((each) => (
          <span key={each.name} className={css.savedView} data-current={each === current}>
            <button type="button" className={css.view} aria-pressed={each === current} data-testid="saved-view" onClick={() => onGo({ ...each.search, density: shown.density ?? undefined })}>
              <Icon name="star" size={14} />
              {each.name}
            </button>
            {each === current && <IconButton small label={t("queue.removeView", { name: each.name })} icon="close" testId="remove-view" onClick={() => keep(saved.filter((other) => other !== each))} />}
          </span>
        ))}
      </div>
      {!usual && current === undefined && <Button size="xs" kind="quiet" icon="star" testId="save-view" onClick={() => setNaming(true)}>{t("queue.saveView")}</Button>}
      <div className={css.controls}>
        <SearchField label={t("queue.search")} hint={t("queue.searchHint")} value={shown.q} inputRef={field} onChange={(q) => onShow({ q })} />
        <FilterButton filters={shown.filters} setup={setup} onChange={(filters) => onShow({ filters })} />
        <IconButton label={t("queue.compact")} icon="rows" pressed={density === "compact"} shortcut="density" testId="density" onClick={onDensity} />
        <TakeNext setup={setup} />
      </div>
      <SaveView opened={naming} taken={saved.map(({ name }) => name)} onClose={() => setNaming(false)} onSave={(name) => {
        keep(withView(saved, name, search));
        setNaming(false);
      }} />
    </div>
  );
}

function FilterButton({ filters, setup, onChange }: { filters: Filters; setup: Setup | undefined; onChange: (filters: Filters) => void }) {
  const { t } = useTranslation();
  const channels = setup?.channels ?? [];
  const categories = setup?.categories ?? [];
  const named = (things: readonly { id: string; setup: { name: string } }[]): { value: string; label: string }[] => things.map(({ id, setup: { name } }) => ({ value: id, label: name }));
  const count = filters.channel.length + filters.priority.length + filters.category.length;
  return (
    <Popover label={t("queue.filter")} icon="filter" testId="filter" width={260} words={count === 0 ? t("queue.filter") : t("queue.filtered", { count })}>
      <div className={css.filters}>
        {channels.length > 1 && <Checks title={t("queue.column.channel")} options={named(channels)} chosen={filters.channel} onChange={(channel) => onChange({ ...filters, channel })} testId="filter-channel" />}
        <Checks title={t("queue.column.priority")} options={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))} chosen={filters.priority} onChange={(priority) => onChange({ ...filters, priority })} testId="filter-priority" />
        {categories.length > 0 && <Checks title={t("newSession.category")} options={named(categories)} chosen={filters.category} onChange={(category) => onChange({ ...filters, category })} testId="filter-category" />}
        {count > 0 && <Row><Button size="xs" testId="clear-filters" onClick={() => onChange({ channel: [], priority: [], category: [] })}>{t("queue.clearFilters")}</Button></Row>}
      </div>
    </Popover>
  );
}

function SaveView({ opened, taken, onClose, onSave }: { opened: boolean; taken: readonly string[]; onClose: () => void; onSave: (name: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [empty, setEmpty] = useState(false);
  const trimmed = name.trim();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setEmpty(trimmed === "");
    if (trimmed === "") return;
    onSave(trimmed);
    setName("");
  };
  return (
    <Dialog title={t("queue.saveView")} opened={opened} onClose={onClose} closeLabel={t("app.close")}>
      <Form onSubmit={submit}>
        <TextField label={t("queue.viewName")} value={name} onChange={setName} maxLength={NAME_LIMIT} autoFocus autoComplete="off" testId="view-name" error={empty && trimmed === "" ? t("queue.viewNameRequired") : undefined} />
        <p className={css.dim}>{taken.includes(trimmed) ? t("queue.viewReplaces") : t("queue.viewKept")}</p>
        <Row>
          <Button type="submit" kind="primary" testId="keep-view">{t("queue.keepView")}</Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </Row>
      </Form>
    </Dialog>
  );
}
