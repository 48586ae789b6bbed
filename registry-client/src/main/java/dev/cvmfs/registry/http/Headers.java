package dev.cvmfs.registry.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** HTTP header fields in the order they came; names are compared without regard to case. */
public final class Headers {
  /** No fields. */
  public static final Headers NONE = new Headers(List.of());

  private final List<Field> fields;

  /** One header line. */
  public record Field(String name, String value) {}

  private Headers(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  public static Headers of(List<Field> fields) {
    return new Headers(fields);
  }

  /** These fields, with all of the given name replaced by one. */
  public Headers with(String name, String value) {
    List<Field> changed = new ArrayList<>(without(name).fields);
    changed.add(new Field(name, value));
    return new Headers(changed);
  }

  /** These fields, without any of the given name. */
  public Headers without(String name) {
    return new Headers(
        fields.stream().filter(field -> !field.name().equalsIgnoreCase(name)).toList());
  }

  public List<Field> fields() {
    return fields;
  }

  public Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  public List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::value)
        .toList();
  }

  public boolean has(String name) {
    return first(name).isPresent();
  }

  /** The field as a number that is not negative, or empty if it is absent or something else. */
  public Optional<Long> number(String name) {
    return first(name)
        .map(String::strip)
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::valueOf);
  }
}
