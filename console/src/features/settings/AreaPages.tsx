/** Which page an area's list, a new thing and one thing have. */

import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { cache, setup as access, type Priority, type Permission } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { may } from "@/api";
import { errorText } from "@/shared/errorText";
import { Button, Dim, Empty, Form, Notice, Row, SelectField, TextField } from "@/ui";

import { CategoriesPage, CategoryPage, CompaniesPage, CompanyPage } from "./CatalogPages";
import { ChannelPage } from "./channel/ChannelPage";
import { ChannelsPage } from "./channel/ChannelsPage";
import { isArea, useSetupNow, type Area } from "./context";
import { FilesPage } from "./FilesPage";
import { GroupPage, GroupsPage } from "./GroupPages";
import { whyNot } from "./names";
import { SettingPage } from "./parts";
import { NewReplyPage, RepliesPage, ReplyPage } from "./ReplyPages";
import { RolePage, RolesPage } from "./RolePages";
import { NewTechnicianPage } from "./technician/NewTechnicianPage";
import { TechnicianPage } from "./technician/TechnicianPage";
import { TechniciansPage } from "./technician/TechniciansPage";

const LISTS = { replies: RepliesPage, files: FilesPage, channels: ChannelsPage, groups: GroupsPage, technicians: TechniciansPage, roles: RolesPage, companies: CompaniesPage, categories: CategoriesPage } as const;
const PAGES = { replies: ReplyPage, channels: ChannelPage, groups: GroupPage, technicians: TechnicianPage, roles: RolePage, companies: CompanyPage, categories: CategoryPage } as const;

export function AreaPage() {
  const { area = "" } = useParams({ strict: false });
  if (!isArea(area)) return <Gone />;
  const Shown = LISTS[area];
  return <Shown />;
}

export function ThingPage() {
  const { area = "", id = "" } = useParams({ strict: false });
  const { tab, channel } = useSearch({ strict: false });
  const setup = useSetupNow();
  if (!isArea(area) || area === "files") return <Gone />;
  const there = area === "roles" ? true : setup[area].some((it) => it.id === id);
  if (!there) return <Gone />;
  const Shown = PAGES[area];
  return <Shown key={id} id={id} tab={tab} channel={channel} />;
}

export function NewPage() {
  const { area = "" } = useParams({ strict: false });
  if (!isArea(area) || area === "files") return <Gone />;
  if (area === "replies") return <NewReplyPage />;
  return area === "technicians" ? <NewTechnicianPage /> : <NewThing key={area} area={area} />;
}

export function Gone() {
  const { t } = useTranslation();
  return <Empty whole icon="info" title={t("settings.gone")} />;
}

/** Things for which a name is enough. */
type Named = Exclude<Area, "technicians" | "replies" | "files">;

/** What one of an area is called among the words. */
const ONE = { channels: "channel", groups: "group", roles: "role", companies: "company", categories: "category" } as const;
export const MAKING = { channels: "channel_create", groups: "group_manage", roles: "role_manage", companies: "company_manage", categories: "category_manage" } as const satisfies Record<Named, Permission>;

/** A name is enough; the rest is on the thing's own page. */
function NewThing({ area }: { area: Named }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const setup = useSetupNow();
  const [name, setName] = useState("");
  const [priority, setPriority] = useState<Priority>("normal");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const why = whyNot(t, may(setup, MAKING[area]), MAKING[area]);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    if (name.trim() === "" || why !== null) return;
    setBusy(true);
    setProblem(null);
    try {
      const made = area === "categories" ? await access.make("categories", { name: name.trim(), priority }) : await access.make(area, { name: name.trim() });
      await cache.invalidateQueries({ queryKey: SETUP_KEY });
      await navigate({ to: "/settings/$area/$id", params: { area, id: made.id } });
    } catch (error) {
      setProblem(errorText(t, error));
      setBusy(false);
    }
  };
  return (
    <SettingPage area={area} title={t(`settings.making.${area}.title`)} back={t(`settings.${ONE[area]}.back`)}>
      <Dim>{t(`settings.making.${area}.text`)}</Dim>
      {why !== null && <Notice tone="neutral" icon="lock">{why}</Notice>}
      <div style={{ maxWidth: 460 }}>
        <Form onSubmit={(event) => void submit(event)}>
          <TextField label={t("settings.name")} value={name} onChange={setName} autoFocus autoComplete="off" maxLength={80} error={asked && name.trim() === "" ? t("settings.nameRequired") : undefined} testId="new-name" />
          {area === "categories" && <PrioritySelect label={t("settings.columns.priority")} value={priority} onChange={setPriority} />}
          {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
          <Row><Button type="submit" kind="primary" busy={busy} disabled={why !== null} testId="make">{t("settings.make")}</Button></Row>
        </Form>
      </div>
    </SettingPage>
  );
}

export function PrioritySelect({ label, hint, value, onChange }: { label: string; hint?: string; value: Priority; onChange: (value: Priority) => void }) {
  const { t } = useTranslation();
  return <SelectField label={label} hint={hint} value={value} options={PRIORITIES.map((it) => ({ value: it, label: t(`settings.priority.${it}`) }))} onChange={(chosen) => onChange(PRIORITIES.find((it) => it === chosen) ?? "normal")} />;
}
export const PRIORITIES = ["low", "normal", "high", "urgent"] as const satisfies readonly Priority[];
