package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Statistics;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code info FQRN}: which state a repository is in, why to believe it, and how large it is. In
 * JSON, in one line:
 *
 * <pre>
 * {"fqrn": "…", "revision": 1, "rootHash": "…", "published": "2026-01-31T12:00:00Z",
 *  "server": "http://…", "verified": true, "certificate": "AA:BB:…",
 *  "whitelistExpires": "2026-02-28T12:00:00Z", "whitelistDaysLeft": 28,
 *  "statistics": {"catalogs": 1, "files": 1, "directories": 1, "symlinks": 0, "specials": 0,
 *    "fileBytes": 1, "chunkedFiles": 0, "externalFiles": 0}}
 * </pre>
 *
 * {@code statistics} is missing if the repository has none.
 */
@Command(
    name = "info",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Tells which state a CVMFS repository is in, until when its whitelist is valid, and how large"
          + " it is.",
      ""
    })
final class InfoCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Clock clock;

  @Parameters(paramLabel = "FQRN", description = "The repository.")
  private String location = "";

  @Mixin private final LookOptions options = new LookOptions();

  InfoCommand(Surroundings surroundings, Clock clock) {
    this.surroundings = surroundings;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    return new LookRun(surroundings, options).run(location, (snapshot, wanted) -> tell(snapshot));
  }

  private void tell(Snapshot snapshot) {
    if (options.json()) {
      surroundings.out().println(json(snapshot));
      return;
    }
    say("repository", snapshot.fqrn());
    say("revision", snapshot.revision());
    say("root hash", snapshot.rootHash());
    say("published", snapshot.published());
    say("server", snapshot.trust().host());
    if (snapshot.trust() instanceof Trust.Verified verified) {
      say("certificate", verified.certificate());
      say(
          "whitelist",
          "valid until %s UTC, %d days left"
              .formatted(
                  verified.whitelistExpiry().toString().replace('T', ' '), daysLeft(verified)));
    }
    if (snapshot.trust() instanceof Trust.Unverified) {
      say("signatures", "NOT CHECKED");
    }
    snapshot.statistics().ifPresent(this::tell);
  }

  private void tell(Statistics statistics) {
    say("catalogs", Amounts.count(statistics.catalogs()));
    say("files", Amounts.count(statistics.files()));
    say("directories", Amounts.count(statistics.directories()));
    say("symlinks", Amounts.count(statistics.symlinks()));
    say("specials", Amounts.count(statistics.specials()));
    say(
        "content",
        "%s (%s bytes)"
            .formatted(
                Amounts.bytes(statistics.fileBytes()), Amounts.count(statistics.fileBytes())));
  }

  private void say(String what, Object value) {
    surroundings.out().println(String.format(Locale.ROOT, "%-12s %s", what + ":", value));
  }

  private long daysLeft(Trust.Verified verified) {
    LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    return ChronoUnit.DAYS.between(now, verified.whitelistExpiry());
  }

  private ObjectNode json(Snapshot snapshot) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("fqrn", snapshot.fqrn());
    json.put("revision", snapshot.revision());
    json.put("rootHash", snapshot.rootHash().toString());
    json.put("published", snapshot.published().toString());
    json.put("server", snapshot.trust().host().toString());
    json.put("verified", snapshot.trust() instanceof Trust.Verified);
    if (snapshot.trust() instanceof Trust.Verified verified) {
      json.put("certificate", verified.certificate());
      json.put("whitelistExpires", verified.whitelistExpiry().toInstant(ZoneOffset.UTC).toString());
      json.put("whitelistDaysLeft", daysLeft(verified));
    }
    snapshot
        .statistics()
        .ifPresent(
            statistics ->
                json.putObject("statistics")
                    .put("catalogs", statistics.catalogs())
                    .put("files", statistics.files())
                    .put("directories", statistics.directories())
                    .put("symlinks", statistics.symlinks())
                    .put("specials", statistics.specials())
                    .put("fileBytes", statistics.fileBytes())
                    .put("chunkedFiles", statistics.chunkedFiles())
                    .put("externalFiles", statistics.externalFiles()));
    return json;
  }
}
