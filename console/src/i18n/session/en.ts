/** The tabs of a session, and what helps beside them. */
const sessionTabs = {
  label: "About this session",
  tab: { information: "Information", actions: "Actions", equipment: "Equipment", correspondence: "Correspondence", history: "History", team: "Team" },
  counted: { actions_one: "Actions, {{count}} entry", actions_other: "Actions, {{count}} entries" },
  showPanel: "Show the details beside the screen", hidePanel: "Only the screen",
  times: { title: "Times", opened: "Opened", came: "Person here since", started: "Started", closed: "Closed", waited: "Waited", worked: "Worked on for" },
  earlier: {
    person: "Earlier sessions of this person", company: "Lately from {{company}}", none: "Nothing is known of earlier sessions.", failed: "Earlier sessions could not be loaded.",
    same: { email: "Same e-mail", phone: "Same phone", asset_number: "Same asset number", computer: "Same computer" },
  },
  help: "What helps now", script: "What to say and ask",
};

export default sessionTabs;
