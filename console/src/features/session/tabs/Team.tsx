import { TeamPanel } from "../together/TeamPanel";
import type { TabProps } from "./tab";

/** Who is in the session, and what technicians write among themselves. */
export default function Team({ session, me }: TabProps) {
  return <TeamPanel session={session} me={me} />;
}
