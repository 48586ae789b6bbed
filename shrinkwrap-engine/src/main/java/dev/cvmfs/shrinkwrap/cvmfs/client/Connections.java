package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.conf.CvmfsNetworkConf;
import dev.cvmfs.shrinkwrap.cvmfs.http.Transports;
import dev.cvmfs.shrinkwrap.cvmfs.network.Downloader;
import dev.cvmfs.shrinkwrap.cvmfs.network.GeoOrder;
import dev.cvmfs.shrinkwrap.cvmfs.network.NetworkSettings;
import dev.cvmfs.shrinkwrap.cvmfs.network.Rotation;
import dev.cvmfs.shrinkwrap.cvmfs.network.Sleeper;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes downloaders out of configurations.
 *
 * @param environment where {@code http_proxy} is looked up if a configuration says so
 */
record Connections(
    Transports transports,
    Clock clock,
    Random random,
    Sleeper sleeper,
    Map<String, String> environment) {

  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /** The servers of a repository; nearest first if the configuration wants to know. */
  Servers servers(CvmfsConf conf) {
    CvmfsNetworkConf network = conf.network();
    if (network.proxyShard()) {
      log.warn(
          "CVMFS_PROXY_SHARD is ignored: {} is read through one proxy of a group at a time, which gives the same content",
          conf.fqrn());
    }
    List<Optional<URI>> proxies = inOrder(network.proxyGroups(environment));
    NetworkSettings settings = NetworkSettings.of(network);
    List<URI> hosts = network.servers();
    if (network.useGeoApi()) {
      hosts =
          new GeoOrder(transports, random, settings, network.proxyTemplate())
              .nearestFirst(hosts, proxies.get(0));
    }
    Downloader repository = downloader(conf, first(hosts, network.maxServers()), proxies, settings);
    Optional<Downloader> external =
        Optional.of(first(network.externalServers(), network.externalMaxServers()))
            .filter(servers -> !servers.isEmpty())
            .map(
                servers ->
                    downloader(
                        conf,
                        servers,
                        inOrder(network.externalProxyGroups(environment)),
                        NetworkSettings.ofExternal(network)));
    return new Servers(conf.fqrn(), repository, external);
  }

  private static List<URI> first(List<URI> hosts, int most) {
    return hosts.subList(0, Math.min(most, hosts.size()));
  }

  /** Chooses among the members of each group by chance, which spreads the load. */
  private List<Optional<URI>> inOrder(List<List<Optional<URI>>> groups) {
    List<Optional<URI>> proxies = new ArrayList<>();
    for (List<Optional<URI>> group : groups) {
      List<Optional<URI>> members = new ArrayList<>(group);
      Collections.shuffle(members, random);
      proxies.addAll(members);
    }
    return proxies;
  }

  private Downloader downloader(
      CvmfsConf conf, List<URI> hosts, List<Optional<URI>> proxies, NetworkSettings settings) {
    CvmfsNetworkConf network = conf.network();
    return new Downloader(
        conf.fqrn(),
        new Rotation<>(hosts, network.hostResetAfter(), clock),
        new Rotation<>(proxies, network.proxyResetAfter(), clock),
        settings,
        transports,
        random,
        sleeper,
        System::nanoTime);
  }
}
