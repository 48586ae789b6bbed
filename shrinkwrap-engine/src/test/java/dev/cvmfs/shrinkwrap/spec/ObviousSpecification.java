package dev.cvmfs.shrinkwrap.spec;

import java.util.List;
import java.util.regex.Pattern;

/** An evaluator that is slow and obvious: it tries every rule on the path. */
final class ObviousSpecification {
  private ObviousSpecification() {}

  /** Whether the last rule that matches asks for the path. */
  static boolean wants(List<String> rules, String path) {
    boolean wanted = false;
    for (String rule : rules) {
      boolean star = rule.endsWith("/*") || rule.endsWith("/**");
      String bare = rule.replaceFirst("^[!^]", "").replaceFirst("/\\**$", "");
      String named = regex(bare);
      boolean self = Pattern.matches(named, path);
      boolean child = Pattern.matches(named + "/[^/]+", path);
      boolean below = Pattern.matches(named + "/.+", path);
      if (rule.startsWith("!")) {
        wanted &= !(below || (self && !star));
      } else if (rule.startsWith("^")) {
        wanted |= self || (star && child);
      } else {
        wanted |= self || (star && below);
      }
    }
    return wanted;
  }

  private static String regex(String path) {
    StringBuilder regex = new StringBuilder();
    for (String name : path.split("/", -1)) {
      if (name.equals("**")) {
        regex.append("(/[^/]+)*");
      } else if (!name.isEmpty()) {
        regex.append('/').append(name.replace("*", "[^/]*").replace("?", "[^/]"));
      }
    }
    return regex.toString();
  }
}
