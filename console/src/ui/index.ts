export { Button, Dialog, IconButton, Kbd, Menu, PasswordField, SearchField, Segments, ShortcutKeys, TextArea, TextField, type MenuSection } from "./controls";
export { DigitsInput, type DigitsHandle } from "./Digits";
export { Icon, type IconName } from "./icons";
export { Card, Centered, Chip, CopyButton, CopyField, Dim, Empty, Facts, Form, Loading, Notice, Page, QrCode, Row, Spinner, Steps, TwoColumns, Wide, type Tone } from "./pieces";
export { tell, tellError, UiProvider, useColorScheme, type ColorScheme } from "./Provider";
export { SHORTCUTS, useShortcuts, type Shortcut } from "./shortcuts";
export { useLatest } from "./useLatest";
export { useNow } from "./useNow";
export { Check, CheckList, Choice, DateField, Grid, Group, GuardedButton, NumberField, PickField, SearchSelect, SelectField, SuggestField, TagsField, TimeField, type Option } from "./fields";
