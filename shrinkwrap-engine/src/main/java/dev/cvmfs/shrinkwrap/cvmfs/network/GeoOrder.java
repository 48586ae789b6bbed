package dev.cvmfs.shrinkwrap.cvmfs.network;

import dev.cvmfs.shrinkwrap.cvmfs.http.Answer;
import dev.cvmfs.shrinkwrap.cvmfs.http.Get;
import dev.cvmfs.shrinkwrap.cvmfs.http.Transports;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers in the order of their distance, as one of them sees it (download.cc, {@code ProbeGeo}):
 *
 * <ol>
 *   <li>Up to three servers, chosen by chance, are asked for {@code <server>/api/v1.0/geo/<who
 *       asks>/<host>,<host>,…}, in which the proxy asks if there is one.
 *   <li>The answer is a list of positions, counted from 1, such as {@code 2,1,3}. It is believed if
 *       each server is in it once and nothing else is.
 *   <li>If nobody gives such an answer, the configured order stays: it is only a matter of speed.
 * </ol>
 */
public final class GeoOrder {
  private static final Logger log = LoggerFactory.getLogger(GeoOrder.class);
  private static final int ASKED = 3;
  private static final int MAX_ANSWER = 4096;
  private static final Pattern ANSWER = Pattern.compile("[0-9]{1,4}(,[0-9]{1,4})*");

  private final Transports transports;
  private final Random random;
  private final NetworkSettings settings;
  private final Optional<String> asker;

  /**
   * @param asker who asks, if it is neither the proxy nor an anonymous somebody
   */
  public GeoOrder(
      Transports transports, Random random, NetworkSettings settings, Optional<String> asker) {
    this.transports = transports;
    this.random = random;
    this.settings = settings;
    this.asker = asker;
  }

  /** The same servers, the nearest first if that can be found out. */
  public List<URI> nearestFirst(List<URI> servers, Optional<URI> proxy) {
    List<URI> remote = servers.stream().filter(server -> server.getHost() != null).toList();
    if (servers.size() < 2 || remote.size() < servers.size()) {
      return servers;
    }
    List<URI> asked = new ArrayList<>(servers);
    Collections.shuffle(asked, random);
    for (URI server : asked.subList(0, Math.min(ASKED, asked.size()))) {
      Optional<List<URI>> order = ask(server, servers, proxy);
      if (order.isPresent()) {
        return order.get();
      }
    }
    log.warn("no server says which one is near (CVMFS_USE_GEOAPI); they keep their order");
    return servers;
  }

  private Optional<List<URI>> ask(URI server, List<URI> servers, Optional<URI> proxy) {
    String who =
        asker.or(() -> proxy.map(URI::getHost)).orElseGet(() -> UUID.randomUUID().toString());
    String hosts = servers.stream().map(URI::getHost).collect(Collectors.joining(","));
    Get request =
        new Get(
            URI.create("%s/api/v1.0/geo/%s/%s".formatted(server, who, hosts)),
            proxy.isPresent() ? settings.timeoutProxy() : settings.timeoutDirect(),
            false,
            Optional.empty());
    try (Answer answer = transports.transport(server, proxy).get(request)) {
      if (answer.status() != 200) {
        log.debug("{} does not know who is near: HTTP {}", server, answer.status());
        return Optional.empty();
      }
      byte[] body = answer.body().readNBytes(MAX_ANSWER);
      return permutation(new String(body, StandardCharsets.ISO_8859_1), servers);
    } catch (IOException e) {
      log.debug("{} does not say who is near", server, e);
      return Optional.empty();
    }
  }

  /** The members in the order of an answer; empty if it does not name each of them once. */
  static <T> Optional<List<T>> permutation(String answer, List<T> members) {
    String list = answer.replaceAll("[ \\t\\r\\n]", "");
    if (!ANSWER.matcher(list).matches()) {
      return Optional.empty();
    }
    List<T> order = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (String position : list.split(",", -1)) {
      int index = Integer.parseInt(position) - 1;
      if (index < 0 || index >= members.size() || !seen.add(index)) {
        return Optional.empty();
      }
      order.add(members.get(index));
    }
    return order.size() == members.size() ? Optional.of(List.copyOf(order)) : Optional.empty();
  }
}
