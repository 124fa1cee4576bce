const differs = (field: Element): boolean => {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    return field.value !== (options.find((each) => each.defaultSelected) ?? options[0])?.value;
  }
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLInputElement)) return false;
  return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
};

/** True when the form no longer says what it came with: someone was faster than this script. */
export const isChanged = (form: HTMLFormElement): boolean => [...form.elements].some(differs);
