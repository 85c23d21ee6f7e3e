# A NixOS module for the control plane. `package` must provide bin/nixfleet-statechart with libsql beside it.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.nixfleet-control-plane;
  settings = pkgs.writeText "control-plane.json" (builtins.toJSON cfg.settings);
in
{
  options.services.nixfleet-control-plane = {
    enable = lib.mkEnableOption "the NixFleet control plane";
    package = lib.mkOption {
      type = lib.types.package;
      description = "The package that provides bin/nixfleet-statechart.";
    };
    flags = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      description = "Further flags of the command.";
    };
    settings = lib.mkOption {
      type = lib.types.attrs;
      description = "The configuration file; see docs/operating.md and schema/control-plane.schema.json.";
      example = {
        database = "/var/lib/nixfleet/control-plane.db";
        manifests = {
          from = "/var/lib/nixfleet/releases";
          publicKeyFiles = [ "/etc/nixfleet/release.pem" ];
        };
      };
    };
  };

  config = lib.mkIf cfg.enable {
    systemd.services.nixfleet-control-plane = {
      description = "NixFleet control plane";
      after = [ "network-online.target" ];
      wants = [ "network-online.target" ];
      wantedBy = [ "multi-user.target" ];
      serviceConfig = {
        ExecStartPre = "${cfg.package}/bin/nixfleet-statechart control-plane ${settings} --check ${lib.escapeShellArgs cfg.flags}";
        ExecStart = "${cfg.package}/bin/nixfleet-statechart control-plane ${settings} ${lib.escapeShellArgs cfg.flags}";
        ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
        DynamicUser = true;
        StateDirectory = "nixfleet";
        LimitNOFILE = 262144;
        Restart = "on-failure";
        RestartPreventExitStatus = 1;
        ProtectSystem = "strict";
        ProtectHome = true;
        NoNewPrivileges = true;
      };
    };
  };
}
