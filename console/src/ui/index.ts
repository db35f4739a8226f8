export { Button, Dialog, Hint, IconButton, Kbd, Menu, PasswordField, SearchField, Segments, ShortcutKeys, TextArea, TextField, type MenuSection } from "./controls";
export { DigitsInput, type DigitsHandle } from "./Digits";
export { Icon, type IconName } from "./icons";
export { Card, Centered, Chip, CopyButton, CopyField, Dim, Empty, Facts, Form, Loading, MailLink, Mark, Notice, Page, QrCode, Row, Spinner, Steps, TwoColumns, Wide, type Tone } from "./pieces";
export { Checks, Choice, Popover } from "./popover";
export { tell, tellError, tellNew, UiProvider, untell, useColorScheme, type ColorScheme } from "./Provider";
export { SHORTCUTS, useShortcuts, type Shortcut } from "./shortcuts";
export { Tabs, type TabEntry } from "./tabs";
export { useLatest } from "./useLatest";
export { useMedia } from "./useMedia";
export { useNow } from "./useNow";
/** For who hears the page. */
export { VisuallyHidden as Unseen } from "@mantine/core";
export { Check, CheckList, Radios, DateField, Grid, Group, GuardedButton, MomentField, NumberField, PickField, RangeField, SearchSelect, SelectField, SuggestField, TagsField, TimeField, type Option } from "./fields";
