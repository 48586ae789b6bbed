package dev.cvmfs.injector.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells people what differs between two JSON documents, a line a value:
 *
 * <pre>
 * config.Labels.cvmfs_injection_gz: "sha256:1443…" → "sha256:77ab…"
 * layers[2]: added {"mediaType":…}
 * layers[1].annotations["containerd.io/snapshot/stargz/toc.digest"]: removed "sha256:…"
 * </pre>
 *
 * <p>Members are compared by key, whatever their order; elements of lists by position, after those
 * that are equal at the start and at the end have been set aside.
 */
public final class JsonDiff {
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]+");
  private static final int LONGEST_VALUE = 1000;

  private final List<String> lines = new ArrayList<>();

  private JsonDiff() {}

  /**
   * The differences, in the order of the first document; none if both say the same.
   *
   * @throws ImageFailure if one of the two is not a JSON object
   */
  public static List<String> lines(byte[] before, byte[] after) {
    JsonDiff diff = new JsonDiff();
    diff.compare(
        "",
        JsonDocument.read("first document", before).root(),
        JsonDocument.read("second document", after).root());
    return List.copyOf(diff.lines);
  }

  private void compare(String path, JsonNode before, JsonNode after) {
    if (before.equals(after)) {
      return;
    }
    if (before.isObject() && after.isObject()) {
      compareObjects(path, before, after);
    } else if (before.isArray() && after.isArray()) {
      compareArrays(path, before, after);
    } else if (before.isMissingNode()) {
      lines.add(path + ": added " + shown(after));
    } else if (after.isMissingNode()) {
      lines.add(path + ": removed " + shown(before));
    } else {
      lines.add(path + ": " + shown(before) + " → " + shown(after));
    }
  }

  private void compareObjects(String path, JsonNode before, JsonNode after) {
    Set<String> keys = new LinkedHashSet<>();
    before.fieldNames().forEachRemaining(keys::add);
    after.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      compare(path + step(path, key), before.path(key), after.path(key));
    }
  }

  private static String step(String path, String key) {
    if (!PLAIN_KEY.matcher(key).matches()) {
      return "[\"" + Printable.of(key, LONGEST_VALUE) + "\"]";
    }
    return path.isEmpty() ? key : "." + key;
  }

  private void compareArrays(String path, JsonNode before, JsonNode after) {
    int shorter = Math.min(before.size(), after.size());
    int start = 0;
    while (start < shorter && before.get(start).equals(after.get(start))) {
      start++;
    }
    int end = 0;
    while (end < shorter - start
        && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
      end++;
    }
    int last = Math.max(before.size(), after.size()) - end;
    for (int index = start; index < last; index++) {
      compare(
          "%s[%d]".formatted(path, index),
          before.path(index < before.size() - end ? index : -1),
          after.path(index < after.size() - end ? index : -1));
    }
  }

  private static String shown(JsonNode value) {
    return Printable.of(value.toString(), LONGEST_VALUE);
  }
}
