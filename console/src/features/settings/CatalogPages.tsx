/** What a request can be tied to: companies and categories. */

import { useTranslation } from "react-i18next";

import { may, setup as access, type Category, type Company } from "@/api";
import { Dim, Notice, TextField } from "@/ui";

import { PrioritySelect } from "./AreaPages";
import { useSetupNow } from "./context";
import { useDraft } from "./draft";
import { byName, whyNot } from "./names";
import { DeleteButton, DraftForm, List, NewButton, SettingPage } from "./parts";
import css from "./settings.module.css";

export function CompaniesPage() {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const seenBy = (id: string): string => {
    const all = setup.technicians.filter(({ setup: { companies } }) => companies === undefined || companies === "all" || companies.only.companies.includes(id));
    return all.length === setup.technicians.length ? t("settings.company.all") : String(all.length);
  };
  return (
    <SettingPage area="companies" title={t("settings.area.companies")} beside={<NewButton area="companies" label={t("settings.making.companies.button")} why={whyNot(t, may(setup, "company_manage"), "company_manage")} />}>
      <List area="companies" label={t("settings.area.companies")} icon="archive" empty={t("settings.empty.companies")} columns={[t("settings.columns.name"), t("settings.columns.technicians")]} rows={byName(setup.companies).map((it) => ({ id: it.id, cells: [it.setup.name, seenBy(it.id)] }))} />
    </SettingPage>
  );
}

export function CompanyPage({ id }: { id: string }) {
  const company = useSetupNow().companies.find((it) => it.id === id);
  return company === undefined ? null : <OpenCompany company={company} />;
}

function OpenCompany({ company: { id, version, setup: it } }: { company: Company }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const draft = useDraft({ version, setup: { name: it.name } }, (seen, value) => access.change("companies", id, seen, { name: value.name.trim() }));
  const why = whyNot(t, may(setup, "company_manage"), "company_manage");
  return (
    <SettingPage area="companies" title={it.name} back={t("settings.company.back")} beside={<><span className={css.grow} /><DeleteButton area="companies" name={it.name} why={why} remove={() => access.takeAway("companies", id, version)} /></>}>
      <DraftForm draft={draft} part={() => t("settings.company.part.name")} faults={draft.value.name.trim() === "" ? [t("settings.nameRequired")] : []} locked={why !== null}>
        {why !== null && <Notice tone="neutral" icon="lock" testId="look-only">{t("settings.mayLook", { permission: t("settings.permission.company_manage") })}</Notice>}
        <fieldset disabled={why !== null} style={{ display: "contents" }}><TextField label={t("settings.name")} value={draft.value.name} maxLength={120} autoComplete="off" onChange={(name) => draft.set({ name })} testId="name" /></fieldset>
        <Dim>{t("settings.company.text")}</Dim>
      </DraftForm>
    </SettingPage>
  );
}

export function CategoriesPage() {
  const { t } = useTranslation();
  const setup = useSetupNow();
  return (
    <SettingPage area="categories" title={t("settings.area.categories")} beside={<NewButton area="categories" label={t("settings.making.categories.button")} why={whyNot(t, may(setup, "category_manage"), "category_manage")} />}>
      <List area="categories" label={t("settings.area.categories")} icon="queue" empty={t("settings.empty.categories")} columns={[t("settings.columns.name"), t("settings.columns.priority")]} rows={byName(setup.categories).map((it) => ({ id: it.id, cells: [it.setup.name, t(`settings.priority.${it.setup.priority ?? "normal"}`)] }))} />
    </SettingPage>
  );
}

export function CategoryPage({ id }: { id: string }) {
  const category = useSetupNow().categories.find((it) => it.id === id);
  return category === undefined ? null : <OpenCategory category={category} />;
}

function OpenCategory({ category: { id, version, setup: it } }: { category: Category }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const draft = useDraft({ version, setup: { name: it.name, priority: it.priority ?? "normal" } }, (seen, value) => access.change("categories", id, seen, { ...value, name: value.name.trim() }));
  const why = whyNot(t, may(setup, "category_manage"), "category_manage");
  return (
    <SettingPage area="categories" title={it.name} back={t("settings.category.back")} beside={<><span className={css.grow} /><DeleteButton area="categories" name={it.name} why={why} remove={() => access.takeAway("categories", id, version)} /></>}>
      <DraftForm draft={draft} part={(key) => t(`settings.category.part.${key}`)} faults={draft.value.name.trim() === "" ? [t("settings.nameRequired")] : []} locked={why !== null}>
        {why !== null && <Notice tone="neutral" icon="lock" testId="look-only">{t("settings.mayLook", { permission: t("settings.permission.category_manage") })}</Notice>}
        <fieldset disabled={why !== null} style={{ display: "contents" }}>
          <TextField label={t("settings.name")} value={draft.value.name} maxLength={80} autoComplete="off" onChange={(name) => draft.set({ name })} testId="name" />
          <PrioritySelect label={t("settings.columns.priority")} hint={t("settings.category.priorityHint")} value={draft.value.priority} onChange={(priority) => draft.set({ priority })} />
        </fieldset>
      </DraftForm>
    </SettingPage>
  );
}
