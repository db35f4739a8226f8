import { useTranslation } from "react-i18next";

import { Check, Grid, Group, NumberField } from "@/ui";

import { PRIORITIES } from "../AreaPages";
import type { PanelProps } from "./ChannelPage";
import { LONGEST_TARGET, targetFaults } from "./parts";

const FIRST = { reaction: { urgent: 15, high: 30, normal: 60, low: 240 }, resolution: { urgent: 240, high: 480, normal: 960, low: 2400 }, amber: 75 };

export function Targets({ draft }: Pick<PanelProps, "draft">) {
  const { t } = useTranslation();
  const { value: { targets }, set } = draft;
  const faults = targetFaults(targets);
  const error = (kind: "reaction" | "resolution", priority: (typeof PRIORITIES)[number]): string | undefined => {
    const fault = faults[kind][priority];
    return fault === undefined ? undefined : t(`settings.channel.fault.${fault}`, { max: LONGEST_TARGET });
  };
  return (
    <>
      <Check label={t("settings.channel.targetsOn")} hint={t("settings.channel.targetsText")} checked={targets !== null} onChange={(on) => set({ targets: on ? FIRST : null })} testId="targets-on" />
      {targets !== null && (
        <>
          {(["reaction", "resolution"] as const).map((kind) => (
            <Group key={kind} title={t(`settings.channel.${kind}`)}>
              <Grid>
                {[...PRIORITIES].reverse().map((priority) => (
                  <NumberField key={priority} label={t(`settings.priority.${priority}`)} max={LONGEST_TARGET} value={targets[kind][priority] ?? null} error={error(kind, priority)} onChange={(minutes) => set({ targets: { ...targets, [kind]: { ...targets[kind], [priority]: minutes } } })} testId={`${kind}-${priority}`} />
                ))}
              </Grid>
            </Group>
          ))}
          <NumberField label={t("settings.channel.amber")} hint={t("settings.channel.amberHint")} min={1} max={99} value={targets.amber === 0 ? null : targets.amber} error={targets.amber < 1 || targets.amber > 99 ? t("settings.channel.fault.amber") : undefined} onChange={(amber) => set({ targets: { ...targets, amber: amber ?? 0 } })} testId="amber" />
        </>
      )}
    </>
  );
}
