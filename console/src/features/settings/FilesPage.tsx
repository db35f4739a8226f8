/** What files chats take, and how long what was said and sent is kept. */

import { useTranslation } from "react-i18next";

import { endingsOf, KINDS, may, setup as access, type WholeDesk } from "@/api";
import { Check, Dim, Notice, NumberField } from "@/ui";

import { useSetupNow } from "./context";
import { useDraft } from "./draft";
import { whyNot } from "./names";
import { DraftForm, SettingPage } from "./parts";

type Desk = WholeDesk["setup"];
type Kind = (typeof KINDS)[number];

interface Draft {
  each: number | null;
  session: number | null;
  kinds: Kind[];
  /** Null: for ever. */
  chatDays: number | null;
  fileDays: number | null;
  chatKept: boolean;
  filesKept: boolean;
}

const draftOf = (desk: Desk): Draft => ({
  each: desk.files?.each ?? 25,
  session: desk.files?.session ?? 200,
  kinds: KINDS.filter((kind) => desk.files?.kinds?.includes(kind)),
  chatDays: desk.retention?.chat ?? 365,
  fileDays: desk.retention?.files ?? 365,
  chatKept: desk.retention?.chat == null,
  filesKept: desk.retention?.files == null,
});

const written = (desk: Desk, { each, session, kinds, chatDays, fileDays, chatKept, filesKept }: Draft): Desk => ({
  ...desk,
  files: { each: each ?? 25, session: session ?? 200, kinds },
  retention: { chat: chatKept ? null : chatDays, files: filesKept ? null : fileDays },
});

const whole = (value: number | null, least: number, most: number): boolean => value !== null && Number.isInteger(value) && value >= least && value <= most;

export function FilesPage() {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const { version, setup: desk } = setup.desk;
  const draft = useDraft<Draft>({ version, setup: draftOf(desk) }, (seen, value) => access.changeDesk(seen, written(desk, value)));
  const why = whyNot(t, may(setup, "settings_manage"), "settings_manage");
  const { value, set } = draft;
  const faults = [
    ...(whole(value.each, 1, 2048) && whole(value.session, 1, 2048) ? [] : [t("settings.files.fault.size")]),
    ...((value.chatKept || whole(value.chatDays, 1, 36_500)) && (value.filesKept || whole(value.fileDays, 1, 36_500)) ? [] : [t("settings.files.fault.days")]),
  ];
  const toggle = (kind: Kind, on: boolean): void => set({ kinds: KINDS.filter((it) => (it === kind ? on : value.kinds.includes(it))) });
  return (
    <SettingPage area="files" title={t("settings.area.files")}>
      <DraftForm draft={draft} part={(key) => t(`settings.files.part.${key}`)} faults={faults} locked={why !== null}>
        {why !== null && <Notice tone="neutral" icon="lock" testId="look-only">{t("settings.mayLook", { permission: t("settings.permission.settings_manage") })}</Notice>}
        <fieldset disabled={why !== null} style={{ display: "contents" }}>
          <h2>{t("settings.files.sizes")}</h2>
          <NumberField label={t("settings.files.each")} value={value.each} min={1} max={2048} onChange={(each) => set({ each })} testId="each" />
          <NumberField label={t("settings.files.session")} value={value.session} min={1} max={2048} onChange={(session) => set({ session })} testId="session" />
          <h2>{t("settings.files.kinds")}</h2>
          <Dim>{t("settings.files.kindsText")}</Dim>
          <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(110px, 1fr))", gap: "6px 12px" }}>
            {KINDS.map((kind) => <Check key={kind} label={endingsOf([kind]).map((ending) => `.${ending}`).join(" ")} checked={value.kinds.includes(kind)} onChange={(on) => toggle(kind, on)} />)}
          </div>
          {value.kinds.length === 0 && <Notice tone="warn" icon="info">{t("settings.files.none")}</Notice>}
          <h2>{t("settings.files.kept")}</h2>
          <Dim>{t("settings.files.keptText")}</Dim>
          <Check label={t("settings.files.chatForEver")} checked={value.chatKept} onChange={(chatKept) => set({ chatKept })} testId="chat-kept" />
          {!value.chatKept && <NumberField label={t("settings.files.chatDays")} value={value.chatDays} min={1} max={36_500} onChange={(chatDays) => set({ chatDays })} testId="chat-days" />}
          <Check label={t("settings.files.filesForEver")} checked={value.filesKept} onChange={(filesKept) => set({ filesKept })} testId="files-kept" />
          {!value.filesKept && <NumberField label={t("settings.files.fileDays")} value={value.fileDays} min={1} max={36_500} onChange={(fileDays) => set({ fileDays })} testId="file-days" />}
          {(!value.chatKept || !value.filesKept) && <Notice tone="warn" icon="alert">{t("settings.files.gone")}</Notice>}
        </fieldset>
      </DraftForm>
    </SettingPage>
  );
}
