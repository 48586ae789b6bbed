package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;

/**
 * Symbolic links whose targets have variables in them: {@code $(NAME)} or {@code $(NAME:-default)},
 * anywhere and any number (catalog_sql.cc, {@code ExpandSymlink}). A variable that is not set has
 * its default, or no text at all; one that is set to nothing is nothing, other than in a shell.
 * There is no nesting, no escaping, and without a closing parenthesis no variable.
 */
public final class VariantSymlinks {
  private static final VariantSymlinks RAW = new VariantSymlinks(Optional.empty());

  private final Optional<Map<String, String>> variables;

  private VariantSymlinks(Optional<Map<String, String>> variables) {
    this.variables = variables;
  }

  /** Leaves all links as they are stored. */
  public static VariantSymlinks raw() {
    return RAW;
  }

  /** Resolves links by these variables and no others; leaves all alone if there are none. */
  public static VariantSymlinks of(Map<String, String> variables) {
    return variables.isEmpty() ? RAW : new VariantSymlinks(Optional.of(Map.copyOf(variables)));
  }

  /** The target as it is to appear. */
  byte[] resolve(byte[] target) {
    return variables.map(known -> resolve(target, known)).orElse(target);
  }

  private static byte[] resolve(byte[] target, Map<String, String> variables) {
    // One character a byte, so that targets need not be text.
    String stored = new String(target, ISO_8859_1);
    StringBuilder resolved = new StringBuilder();
    int at = 0;
    while (true) {
      int open = stored.indexOf("$(", at);
      int close = open < 0 ? -1 : stored.indexOf(')', open);
      if (close < 0) {
        return resolved.append(stored, at, stored.length()).toString().getBytes(ISO_8859_1);
      }
      resolved.append(stored, at, open);
      String[] parts = stored.substring(open + 2, close).split(":-", 2);
      String otherwise = parts.length == 2 ? parts[1] : "";
      String name = new String(parts[0].getBytes(ISO_8859_1), UTF_8);
      String value = variables.get(name);
      resolved.append(value == null ? otherwise : new String(value.getBytes(UTF_8), ISO_8859_1));
      at = close + 1;
    }
  }
}
